using System.Net.Sockets;
using Azure.Messaging.EventHubs;
using Azure.Messaging.EventHubs.Producer;

namespace SpanRelay.Cli.Send;

/// <summary>An Event Hub by AMQP, with Azure's own client.</summary>
internal sealed class AmqpDoor(EventHubProducerClient producer) : IDoor
{
    private const int LongestDetail = 200;

    /// <summary>A load generator reports what the hub refuses; retries would hide it.</summary>
    public static EventHubProducerClientOptions Options => new()
    {
        RetryOptions = new EventHubsRetryOptions { MaximumRetries = 1, TryTimeout = TimeSpan.FromSeconds(30) },
    };

    public string Address => $"amqps://{producer.FullyQualifiedNamespace}/{producer.EventHubName}";

    public int MaxBytes => Doors.MaxEventBytes;

    public bool TakesTracesOnly => false;

    public async Task<Refusal?> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            await producer.SendAsync([new EventData(body)], cancellationToken);
            return null;
        }
        catch (EventHubsException e)
        {
            return new Refusal(e.Reason.ToString(), OneLine.From(e.Message, LongestDetail));
        }
        catch (UnauthorizedAccessException e)
        {
            return new Refusal("unauthorized", OneLine.From(e.Message, LongestDetail));
        }
        catch (Exception e) when (e is SocketException or IOException or TimeoutException)
        {
            return new Refusal("connection failed", OneLine.From(e.Message, LongestDetail));
        }
    }

    public ValueTask DisposeAsync() => producer.DisposeAsync();
}
