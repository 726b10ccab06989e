using Azure.Messaging.EventHubs;
using SpanRelay.Local.EventHub;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>Partitions in parallel, one batch at a time in each; a checkpoint after each batch that the function has settled.</summary>
internal sealed class EventHubListener(
    LocalEventHub hub, EventHubCheckpoints checkpoints, EventHubFunction function, EventHubBatching batching, HostContext context) : IListener
{
    public Task RunAsync(CancellationToken stopping) =>
        Task.WhenAll(Enumerable.Range(0, hub.PartitionCount).Select(partition => RunPartitionAsync(partition, stopping)));

    public Task WhenIdleAsync(CancellationToken cancellationToken) => checkpoints.WhenSettledAsync(cancellationToken);

    private async Task RunPartitionAsync(int partition, CancellationToken stopping)
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                var batch = await ReadAsync(partition, stopping);
                await function.ProcessAsync(batch, CancellationToken.None);
                if (!stopping.IsCancellationRequested) checkpoints.Set(partition, batch.Last.SequenceNumber);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The batch stays in the hub.
        }
    }

    private async Task<EventHubBatch> ReadAsync(int partition, CancellationToken stopping)
    {
        var from = checkpoints.Next(partition);
        var events = await hub.ReadAsync(partition, from, batching.MaxEvents, stopping);
        if (events.Count < batching.MinEvents)
        {
            using var enough = new CancellationTokenSource(batching.MaxWait, context.TimeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, enough.Token);
            await ((Task)hub.ReadAsync(partition, from + batching.MinEvents - 1, 1, either.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            events = await hub.ReadAsync(partition, from, batching.MaxEvents, stopping);
        }

        return new EventHubBatch(partition.ToString(System.Globalization.CultureInfo.InvariantCulture), [.. events.Select(ToEventData)]);
    }

    private static Azure.Messaging.EventHubs.EventData ToEventData(StoredEvent stored) => EventHubsModelFactory.EventData(
        BinaryData.FromBytes(stored.Body),
        stored.Properties.ToDictionary(pair => pair.Key, pair => pair.Value!),
        partitionKey: stored.PartitionKey,
        sequenceNumber: stored.SequenceNumber,
        offsetString: stored.Offset,
        enqueuedTime: stored.EnqueuedTime);
}
