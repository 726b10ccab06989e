using Azure.Messaging.EventHubs;
using Azure.Messaging.EventHubs.Consumer;
using Azure.Messaging.EventHubs.Primitives;
using Azure.Messaging.EventHubs.Producer;
using SpanRelay.Local.EventHub;

namespace SpanRelay.Tests.Local.EventHub.Amqp;

/// <summary>A hub with its doors, and clients that do not retry.</summary>
internal sealed class RunningHub : IAsyncDisposable
{
    private static readonly EventHubsRetryOptions Once = new() { MaximumRetries = 0 };

    private RunningHub(LocalEventHub hub, EventHubServer door)
    {
        Hub = hub;
        Door = door;
    }

    public LocalEventHub Hub { get; }

    public EventHubServer Door { get; }

    public static async Task<RunningHub> StartAsync(int partitions, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        var hub = new LocalEventHub("spans", partitions, time);
        return new RunningHub(hub, await EventHubServer.StartAsync(hub, cancellationToken: cancellationToken));
    }

    public EventHubProducerClient CreateProducer(string hub = "spans", string? connectionString = null) =>
        new(connectionString ?? Door.ConnectionString, hub, new EventHubProducerClientOptions { RetryOptions = Once });

    public EventHubConsumerClient CreateConsumer() => new("$Default", Door.ConnectionString, "spans");

    public PartitionReceiver CreateReceiver(string partition, EventPosition start, long? ownerLevel = null, bool tracks = false) => new(
        "$Default",
        partition,
        start,
        Door.ConnectionString,
        "spans",
        new PartitionReceiverOptions { OwnerLevel = ownerLevel, TrackLastEnqueuedEventProperties = tracks, RetryOptions = Once });

    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(int partition, CancellationToken cancellationToken) =>
        await Hub.ReadAsync(partition, 0, 1000, cancellationToken);

    public ValueTask DisposeAsync() => Door.DisposeAsync();
}
