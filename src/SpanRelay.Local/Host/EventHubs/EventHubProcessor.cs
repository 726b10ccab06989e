using Azure;
using Azure.Messaging.EventHubs;
using Azure.Messaging.EventHubs.Consumer;
using Azure.Messaging.EventHubs.Primitives;
using Azure.Messaging.EventHubs.Processor;
using Microsoft.Extensions.Logging;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>The client's processor, which the Functions extension is built on: shares the partitions with other hosts of the hub.</summary>
internal sealed partial class EventHubProcessor(
    EventHubSource source, BlobCheckpointStore checkpoints, EventHubFunction function, EventHubBatching batching, ListenerScope scope)
    : PluggableCheckpointStoreEventProcessor<ProcessedPartition>(
        checkpoints, batching.MaxEvents, source.ConsumerGroup, source.ConnectionString, source.Hub, CreateOptions(batching))
{
    // The extension uses 30 s and 2 minutes. On one machine, a killed run's partitions need not wait as long.
    private static readonly TimeSpan BalancingInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OwnershipExpiry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CheckpointRetry = TimeSpan.FromSeconds(1);

    internal static EventProcessorOptions CreateOptions(EventHubBatching batching) => new()
    {
        LoadBalancingStrategy = LoadBalancingStrategy.Greedy,
        LoadBalancingUpdateInterval = BalancingInterval,
        PartitionOwnershipExpirationInterval = OwnershipExpiry,
        PrefetchCount = batching.PrefetchCount,
        DefaultStartingPosition = batching.Start,
        MaximumWaitTime = batching.MinEvents > 1 ? batching.MaxWait : null,
    };

    protected override async Task OnProcessingEventBatchAsync(
        IEnumerable<EventData> events, ProcessedPartition partition, CancellationToken cancellationToken)
    {
        var pending = partition.Pending ??= new PendingEvents(batching);
        pending.Add([.. events]);
        try
        {
            while (pending.Take() is { } taken && await ProcessAsync(new EventHubBatch(partition.PartitionId, taken), cancellationToken))
            {
            }
        }
        catch (OperationCanceledException)
        {
            // The batch stays in the hub.
        }
    }

    protected override Task OnProcessingErrorAsync(
        Exception exception, ProcessedPartition? partition, string operationDescription, CancellationToken cancellationToken)
    {
        if (!scope.IsStopping) LogProblem(scope.Logger, operationDescription, exception.Message.Split('\n')[0]);
        return Task.CompletedTask;
    }

    /// <returns>False if the partition was lost or the host stops: the batch is not settled.</returns>
    private async Task<bool> ProcessAsync(EventHubBatch batch, CancellationToken ended)
    {
        // A stop ends the processor's token too, but lets what runs go on: a drain waits for it.
        using var lost = new CancellationTokenSource();
        await using var registration = ended.Register(() =>
        {
            if (!scope.IsStopping) lost.Cancel();
        });
        await function.ProcessAsync(batch, lost.Token);
        if (ended.IsCancellationRequested || scope.IsStopping) return false;
        await CheckpointAsync(batch, ended);
        return true;
    }

    /// <summary>While the storage account is unavailable the partition waits, so that its position is not lost.</summary>
    private async Task CheckpointAsync(EventHubBatch batch, CancellationToken ended)
    {
        while (true)
        {
            try
            {
                await UpdateCheckpointAsync(batch.PartitionId, CheckpointPosition.FromEvent(batch.Last), ended);
                return;
            }
            catch (Exception exception) when (exception is RequestFailedException or AggregateException)
            {
                LogProblem(scope.Logger, "Checkpoint", exception.Message.Split('\n')[0]);
                await Task.Delay(CheckpointRetry, TimeProvider.System, ended);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The event processor is held up: {Operation}: {Problem}")]
    private static partial void LogProblem(ILogger logger, string operation, string problem);
}
