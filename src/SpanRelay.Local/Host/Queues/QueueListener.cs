using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using SpanRelay.Local.Host.Functions;

namespace SpanRelay.Local.Host.Queues;

/// <summary>
/// One invocation per message, several at a time. A message is deleted after success; after a failure it becomes visible again
/// when its visibility timeout ends, and after the last attempt it moves to the poison queue. An unavailable account is retried.
/// </summary>
internal sealed partial class QueueListener(
    QueueServiceClient account, string queueName, FunctionDefinition definition, QueueSettings settings, HostContext context) : IListener
{
    // Renewed while a message is processed. The real host takes 10 minutes: a killed run's messages would stay invisible as long here.
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);

    // The real host waits up to maxPollingInterval when the queue is empty, which saves requests. Here they cost nothing.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly QueueClient _queue = account.GetQueueClient(queueName);
    private readonly PoisonQueue _poison = new(account, account.GetQueueClient(queueName), context.Logger);

    public async Task RunAsync(CancellationToken stopping)
    {
        var running = new List<Task>();
        var pause = ShortestPause;
        while (!stopping.IsCancellationRequested)
        {
            running.RemoveAll(task => task.IsCompleted);
            var messages = running.Count <= settings.NewBatchThreshold ? await ReceiveAsync(stopping) : [];
            running.AddRange(messages.Select(message => HandleAsync(message)));
            pause = messages.Length > 0 ? ShortestPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
            await Task.WhenAny([Task.Delay(pause, context.TimeProvider, stopping), .. running.Count > settings.NewBatchThreshold ? running : []]);
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Completes when the queue holds no message, seen or unseen.</summary>
    public async Task WhenIdleAsync(CancellationToken cancellationToken)
    {
        while (await CountAsync(cancellationToken) != 0)
            await Task.Delay(ShortestPause, context.TimeProvider, cancellationToken);
    }

    private async Task<QueueMessage[]> ReceiveAsync(CancellationToken stopping)
    {
        try
        {
            return (await _queue.ReceiveMessagesAsync(Math.Min(settings.BatchSize, 32), Hidden, stopping)).Value;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            return [];
        }
        catch (Exception exception) when (exception is RequestFailedException or OperationCanceledException or AggregateException)
        {
            if (!stopping.IsCancellationRequested)
                LogUnavailable(context.Logger, queueName, exception.Message.Split('\n')[0]);
            return [];
        }
    }

    /// <returns>-1 when the account does not say.</returns>
    private async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _queue.GetPropertiesAsync(cancellationToken)).Value.ApproximateMessagesCount;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            return 0;
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException)
        {
            return -1;
        }
    }

    private async Task HandleAsync(QueueMessage message)
    {
        try
        {
            if (message.DequeueCount > settings.MaxDequeueCount)
                await _poison.TakeAsync(message); // The process ended during its last attempt.
            else
                await ProcessAsync(message);
        }
        catch (Exception exception) when (exception is RequestFailedException or OperationCanceledException or AggregateException)
        {
            LogUnavailable(context.Logger, queueName, exception.Message.Split('\n')[0]); // It becomes visible again when its visibility timeout ends.
        }
    }

    private async Task ProcessAsync(QueueMessage message)
    {
        await using var lease = MessageLease.Start(_queue, message, Hidden, context.TimeProvider);
        var result = await InvokeAsync(message);
        var settled = await lease.EndAsync();
        if (result is null)
            await ShowAgainAsync(settled, TimeSpan.Zero);
        else
            await SettleAsync(settled, result);
    }

    /// <returns>Null if the host stopped before it was sent.</returns>
    private async Task<InvocationResult?> InvokeAsync(QueueMessage message)
    {
        try
        {
            var request = QueueInvocation.Create(message, definition);
            var result = await context.Invoker.InvokeAsync(definition.Name, request, context.Cancelling);
            context.Report(new InvocationOutcome
            {
                FunctionName = definition.Name,
                InvocationId = request.InvocationId,
                EventCount = 1,
                Attempt = (int)message.DequeueCount,
                Reason = result.Reason,
                Logs = result.Logs,
            });
            return result;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task SettleAsync(QueueMessage message, InvocationResult result)
    {
        if (result.Succeeded)
        {
            await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
            return;
        }

        LogFailed(context.Logger, definition.Name, message.DequeueCount, result.Reason);
        if (message.DequeueCount < settings.MaxDequeueCount)
            await ShowAgainAsync(message, settings.VisibilityTimeout);
        else
            await _poison.TakeAsync(message);
    }

    private async Task ShowAgainAsync(QueueMessage message, TimeSpan after) =>
        await _queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: after);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function} failed at attempt {Attempt}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string function, long attempt, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue {Queue} is unavailable: {Problem}")]
    private static partial void LogUnavailable(ILogger logger, string queue, string problem);
}
