using System.Collections.Concurrent;
using Azure.Messaging.EventHubs;
using Azure.Messaging.EventHubs.Primitives;
using Azure.Messaging.EventHubs.Processor;
using SpanRelay.Local.Host.EventHubs;
using SpanRelay.Tests.Local.EventHub.Amqp;

namespace SpanRelay.Tests.Local.Host.EventHubs;

/// <summary>A host's processor that can end as a killed process does: between the work on a batch and its checkpoint.</summary>
internal sealed class KillableProcessor : PluggableCheckpointStoreEventProcessor<EventProcessorPartition>
{
    private const int BatchSize = 5;

    private static readonly EventHubBatching Batching = new(BatchSize, 1, TimeSpan.FromMinutes(1), 300);

    private readonly KillableStore _store;
    private readonly int _eventsToKillAfter;

    public KillableProcessor(RunningHub running, KillableStore store, int eventsToKillAfter = int.MaxValue)
        : base(store, BatchSize, "$Default", running.Door.ConnectionString, "spans", EventHubProcessor.CreateOptions(Batching))
    {
        _store = store;
        _eventsToKillAfter = eventsToKillAfter;
    }

    public ConcurrentQueue<(string Partition, long SequenceNumber)> Processed { get; } = new();

    protected override async Task OnProcessingEventBatchAsync(IEnumerable<EventData> events, EventProcessorPartition partition, CancellationToken cancellationToken)
    {
        if (_store.IsKilled) return;
        var batch = events.ToList();
        if (batch.Count == 0) return;
        batch.ForEach(each => Processed.Enqueue((partition.PartitionId, each.SequenceNumber)));
        if (Processed.Count >= _eventsToKillAfter) _store.Kill();
        if (!_store.IsKilled) await UpdateCheckpointAsync(partition.PartitionId, CheckpointPosition.FromEvent(batch[^1]), CancellationToken.None);
    }

    protected override Task OnProcessingErrorAsync(Exception exception, EventProcessorPartition partition, string operationDescription, CancellationToken cancellationToken) =>
        Task.CompletedTask;
}
