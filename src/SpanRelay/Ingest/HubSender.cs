using System.Net.Sockets;
using Azure.Core;
using Azure.Identity;
using Azure.Messaging.EventHubs;
using Azure.Messaging.EventHubs.Producer;

namespace SpanRelay.Ingest;

/// <summary>Sends over one AMQP connection for the whole process, which is opened by the first export.</summary>
internal sealed class HubSender(IngestOptions options, Func<TokenCredential> credential, TimeProvider time) : IHubSender, IAsyncDisposable
{
    private const int MostSendsAtOnce = 8;
    private const int MaxText = 300;
    private const int EventOverhead = 200; // Sections and annotations around a body.

    // Exporters stop retrying after 10 seconds: a longer wait would cost them a retry that may succeed.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterFix = TimeSpan.FromSeconds(5);

    private readonly Lazy<EventHubProducerClient> _client = new(() => options.Hub.Open(ClientOptions(options.SendTimeout), credential));

    public async Task<HubFailure?> SendAsync(IReadOnlyList<HubEvent> events, CancellationToken cancellationToken)
    {
        if (!options.Hub.IsComplete)
            return new HubFailure("No Event Hub is configured. Set EVENTHUB_NAME, and EVENTHUB__fullyQualifiedNamespace or, for local use, EVENTHUB to a connection string.", AfterFix);

        using var timeout = new CancellationTokenSource(options.SendTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MostSendsAtOnce, CancellationToken = either.Token };
        try
        {
            await Parallel.ForEachAsync(Batches(events), parallel, async (batch, token) =>
                await _client.Value.SendAsync(batch.Events, new SendEventOptions { PartitionKey = batch.Key }, token).WaitAsync(token));
            return null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            var late = $"The Event Hub did not accept the export within {options.SendTimeout.TotalSeconds:N0} seconds (Ingest__SendTimeout). If that lasts, check the namespace's metrics for throttling, and its firewall.";
            return Classify(e, late);
        }
    }

    public ValueTask DisposeAsync() => _client.IsValueCreated ? _client.Value.DisposeAsync() : ValueTask.CompletedTask;

    /// <summary>Whatever failed, the sender keeps the export and is told to retry; the operator is told why.</summary>
    /// <param name="late">What to say when the Event Hub takes too long.</param>
    internal static HubFailure Classify(Exception failure, string late) => failure switch
    {
        AggregateException { InnerExceptions: [var first, ..] } => Classify(first, late),
        EventHubsException { Reason: EventHubsException.FailureReason.ServiceBusy or EventHubsException.FailureReason.QuotaExceeded } => new(
            "The Event Hub throttles. If that lasts, raise the namespace's throughput units (EVENT_HUB_MAX_THROUGHPUT_UNITS) or the senders' batch sizes.", Soon),
        EventHubsException { Reason: EventHubsException.FailureReason.ResourceNotFound } => new(
            "There is no such Event Hub in the namespace. Check EVENTHUB_NAME and EVENTHUB__fullyQualifiedNamespace.", AfterFix),
        EventHubsException { Reason: EventHubsException.FailureReason.MessageSizeExceeded } => new(
            "The Event Hub accepts no event of this size. Lower Ingest__MaxEventBytes: the Basic tier accepts 256 KB, so 250000.", AfterFix),
        UnauthorizedAccessException => new(
            "The Event Hub refused the login. Give the app's identity the role Azure Event Hubs Data Sender on the Event Hub; with a connection string (EVENTHUB), use a key of a policy with the claim Send that was not regenerated.", AfterFix),
        AuthenticationFailedException e => new($"No token for the Event Hub: {OneLine.From(e.Message, MaxText)} Check EVENTHUB__clientId and the app's identity.", AfterFix),
        OperationCanceledException or TimeoutException or EventHubsException { Reason: EventHubsException.FailureReason.ServiceTimeout } => new(late, Soon),
        SocketException or IOException or EventHubsException { Reason: EventHubsException.FailureReason.ServiceCommunicationProblem } => new(
            $"The Event Hub cannot be reached: {OneLine.From(failure.Message, MaxText)} Check EVENTHUB__fullyQualifiedNamespace, the namespace's firewall, and that the app may connect to port 5671.", Soon),
        _ => new($"The Event Hub failed: {failure.GetType().Name}, {OneLine.From(failure.Message, MaxText)}", Soon),
    };

    private static EventHubProducerClientOptions ClientOptions(TimeSpan timeout) => new()
    {
        RetryOptions = new EventHubsRetryOptions
        {
            MaximumRetries = 3,
            Delay = TimeSpan.FromMilliseconds(200),
            MaximumDelay = TimeSpan.FromSeconds(1),
            TryTimeout = timeout,
        },
    };

    /// <summary>One publication takes events of one partition key, and as many bytes as one event.</summary>
    private IEnumerable<(string Key, List<EventData> Events)> Batches(IReadOnlyList<HubEvent> events)
    {
        List<EventData> batch = [];
        var (bytes, key) = (0, "");
        foreach (var each in events.OrderBy(each => each.PartitionKey, StringComparer.Ordinal))
        {
            if (batch.Count > 0 && (key != each.PartitionKey || bytes + each.Body.Length > options.MaxEventBytes))
            {
                yield return (key, batch);
                (batch, bytes) = ([], 0);
            }

            batch.Add(new EventData(each.Body));
            (key, bytes) = (each.PartitionKey, bytes + each.Body.Length + EventOverhead);
        }

        if (batch.Count > 0)
            yield return (key, batch);
    }
}
