using Azure.Messaging.EventHubs.Consumer;
using Microsoft.Extensions.Logging;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>Partitions in parallel, one batch at a time in each; a checkpoint after each batch that the function has settled.</summary>
internal sealed partial class EventHubListener(
    EventHubSource source, BlobCheckpointStore checkpoints, EventHubFunction function, EventHubBatching batching, HostContext context) : IListener
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StartRetry = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stopping)
    {
        var processor = new EventHubProcessor(source, checkpoints, function, batching, new ListenerScope(context.Logger, stopping));
        try
        {
            await StartAsync(processor, stopping);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await processor.StopProcessingAsync(CancellationToken.None);
        }
    }

    /// <summary>Completes when the checkpoints are at the ends of the partitions, whoever wrote them.</summary>
    public async Task WhenIdleAsync(CancellationToken cancellationToken)
    {
        await using var client = new EventHubConsumerClient(source.ConsumerGroup, source.ConnectionString, source.Hub);
        foreach (var partition in await client.GetPartitionIdsAsync(cancellationToken))
        {
            while (!await IsSettledAsync(client, partition, cancellationToken))
                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    private async Task StartAsync(EventHubProcessor processor, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await processor.StartProcessingAsync(stopping);
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogNotStarted(context.Logger, exception.Message.Split('\n')[0]);
                await Task.Delay(StartRetry, TimeProvider.System, stopping);
            }
        }
    }

    private async Task<bool> IsSettledAsync(EventHubConsumerClient client, string partition, CancellationToken cancellationToken)
    {
        var properties = await client.GetPartitionPropertiesAsync(partition, cancellationToken);
        if (properties.IsEmpty) return true;
        return await checkpoints.ReadSequenceNumberAsync(partition, cancellationToken) >= properties.LastEnqueuedSequenceNumber;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The event processor cannot start yet: {Problem}")]
    private static partial void LogNotStarted(ILogger logger, string problem);
}
