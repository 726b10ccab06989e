using Azure;
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
            await StopAsync(processor);
        }
    }

    /// <summary>Completes when every partition's checkpoint is at its last event, no matter which host wrote it.</summary>
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

    /// <summary>Waits for running invocations, and releases the partitions. Without storage, another host gets them when the ownership expires.</summary>
    private async Task StopAsync(EventHubProcessor processor)
    {
        try
        {
            await processor.StopProcessingAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException)
        {
            LogNotReleased(context.Logger, exception.Message.Split('\n')[0]);
        }
    }

    private async Task<bool> IsSettledAsync(EventHubConsumerClient client, string partition, CancellationToken cancellationToken)
    {
        var properties = await client.GetPartitionPropertiesAsync(partition, cancellationToken);
        if (properties.IsEmpty) return true;
        return await checkpoints.ReadSequenceNumberAsync(partition, cancellationToken) >= properties.LastEnqueuedSequenceNumber;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The event processor could not release its partitions: {Problem}")]
    private static partial void LogNotReleased(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The event processor cannot start yet: {Problem}")]
    private static partial void LogNotStarted(ILogger logger, string problem);
}
