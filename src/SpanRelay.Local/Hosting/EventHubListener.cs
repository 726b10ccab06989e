using Microsoft.Extensions.Logging;
using SpanRelay.Local.EventHub;

namespace SpanRelay.Local.Hosting;

/// <summary>Partitions in parallel, one invocation at a time in each; a checkpoint after success, or when retries are used up.</summary>
internal sealed partial class EventHubListener(
    LocalEventHub hub,
    EventHubCheckpoints checkpoints,
    EventHubSource source,
    RetryPolicy? retry,
    EventHubBatching batching,
    HostContext context) : IListener
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
                var isSettled = await SettleAsync(partition, batch, stopping);
                if (isSettled) checkpoints.Set(partition, batch[^1].SequenceNumber);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped while it waited: the batch stays in the hub.
        }
    }

    private async Task<IReadOnlyList<StoredEvent>> ReadAsync(int partition, CancellationToken stopping)
    {
        var from = checkpoints.Next(partition);
        var batch = await hub.ReadAsync(partition, from, batching.MaxEvents, stopping);
        if (batch.Count >= batching.MinEvents) return batch;
        using var patience = new CancellationTokenSource(batching.MaxWait, context.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, patience.Token);
        try
        {
            await hub.ReadAsync(partition, from + batching.MinEvents - 1, 1, either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // Fewer events than wished for have to do.
        }

        return await hub.ReadAsync(partition, from, batching.MaxEvents, stopping);
    }

    /// <returns>True: the batch is done with, for better or worse. False: the host was stopped meanwhile.</returns>
    private async Task<bool> SettleAsync(int partition, IReadOnlyList<StoredEvent> batch, CancellationToken stopping)
    {
        string? lastFailure = null;
        for (var retries = 0; ; retries++)
        {
            var reply = await InvokeAsync(partition, batch, retries, lastFailure, stopping);
            if (stopping.IsCancellationRequested) return false;
            if (reply.Succeeded) return true;
            lastFailure = reply.Reason;
            if (retry?.DelayBefore(retries + 1, Random.Shared.NextDouble()) is not { } delay)
            {
                LogGivenUp(context.Logger, source.Function, partition, batch[0].SequenceNumber, batch[^1].SequenceNumber, retries + 1);
                return true;
            }

            await Task.Delay(delay, context.TimeProvider, stopping);
        }
    }

    private async Task<InvocationReply> InvokeAsync(
        int partition, IReadOnlyList<StoredEvent> batch, int retries, string? lastFailure, CancellationToken stopping)
    {
        var invocation = new EventHubInvocation(partition, batch, retries, lastFailure);
        using var envelope = new EventHubEnvelope(source, invocation, context.TimeProvider.GetUtcNow(), Guid.NewGuid());
        var started = context.TimeProvider.GetTimestamp();
        var reply = await context.Invoker.InvokeAsync(source.Function, envelope, stopping);
        context.Report(new InvocationOutcome
        {
            FunctionName = source.Function,
            Partition = partition,
            FirstSequenceNumber = batch[0].SequenceNumber,
            LastSequenceNumber = batch[^1].SequenceNumber,
            EventCount = batch.Count,
            Attempt = retries + 1,
            Reply = reply,
            Duration = context.TimeProvider.GetElapsedTime(started),
        });
        Log(reply, partition);
        return reply;
    }

    private void Log(InvocationReply reply, int partition)
    {
        foreach (var masked in reply.Logs.Select(SecretMask.Apply)) LogLine(context.Logger, masked);
        if (!reply.Succeeded) LogFailed(context.Logger, source.Function, partition, reply.Reason);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Line}")]
    private static partial void LogLine(ILogger logger, string line);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function} failed on partition {Partition}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string function, int partition, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Function} gave up on partition {Partition}, events {First} to {Last}, after {Attempts} attempts: they are checkpointed unprocessed.")]
    private static partial void LogGivenUp(ILogger logger, string function, int partition, long first, long last, int attempts);
}
