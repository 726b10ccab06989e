using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace SpanRelay.Local.Hosting;

/// <summary>
/// One invocation a message, several at a time. What succeeded is deleted; what failed comes again after its visibility timeout,
/// and after the last attempt goes to the poison queue. An account that does not answer is asked again.
/// </summary>
internal sealed partial class QueueListener(
    QueueServiceClient account, string queueName, string function, string binding, QueueSettings settings, HostContext context) : IListener
{
    // Renewed while a message is worked on. The real host takes 10 minutes: that long a killed run's messages would be out of sight here too.
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);

    // The real host waits up to a minute when there is nothing to do, which saves requests. Here nobody pays for them.
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
            running.AddRange(messages.Select(message => HandleAsync(message, stopping)));
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
                LogAway(context.Logger, queueName, exception.Message.Split('\n')[0]);
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

    private async Task HandleAsync(QueueMessage message, CancellationToken stopping)
    {
        try
        {
            if (message.DequeueCount > settings.MaxDequeueCount)
                await _poison.TakeAsync(message); // Its last attempt was cut off.
            else
                await WorkOnAsync(message, stopping);
        }
        catch (Exception exception) when (exception is RequestFailedException or OperationCanceledException or AggregateException)
        {
            LogAway(context.Logger, queueName, exception.Message.Split('\n')[0]); // It becomes visible again by itself.
        }
    }

    private async Task WorkOnAsync(QueueMessage message, CancellationToken stopping)
    {
        await using var lease = MessageLease.Start(_queue, message, Hidden, context.TimeProvider);
        var reply = await InvokeAsync(message, stopping);
        var settled = await lease.EndAsync();
        if (reply is null)
            await ShowAgainAsync(settled, TimeSpan.Zero);
        else
            await SettleAsync(settled, reply);
    }

    /// <returns>Null: the host stopped before it was sent.</returns>
    private async Task<InvocationReply?> InvokeAsync(QueueMessage message, CancellationToken stopping)
    {
        var started = context.TimeProvider.GetTimestamp();
        using var envelope = QueueEnvelope.Create(message, function, binding, context.TimeProvider);
        InvocationReply reply;
        try
        {
            reply = await context.Invoker.InvokeAsync(function, envelope, stopping);
        }
        catch (Exception exception) when (exception is OperationCanceledException or LocalSystemException)
        {
            return null;
        }

        context.Report(new InvocationOutcome
        {
            FunctionName = function,
            EventCount = 1,
            Attempt = (int)message.DequeueCount,
            Reply = reply,
            Duration = context.TimeProvider.GetElapsedTime(started),
        });
        return reply;
    }

    private async Task SettleAsync(QueueMessage message, InvocationReply reply)
    {
        if (reply.Succeeded)
        {
            await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
            return;
        }

        LogFailed(context.Logger, function, message.DequeueCount, reply.Reason);
        if (message.DequeueCount < settings.MaxDequeueCount)
            await ShowAgainAsync(message, settings.VisibilityTimeout);
        else
            await _poison.TakeAsync(message);
    }

    private async Task ShowAgainAsync(QueueMessage message, TimeSpan after) =>
        await _queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: after);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function} failed at attempt {Attempt}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string function, long attempt, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue {Queue} does not answer: {Problem}")]
    private static partial void LogAway(ILogger logger, string queue, string problem);
}
