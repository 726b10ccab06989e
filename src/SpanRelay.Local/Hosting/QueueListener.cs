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
    // While a message is worked on nobody else sees it. Longer than any invocation may take here.
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);

    // The real host waits up to a minute when there is nothing to do, which saves requests. Here nobody pays for them.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly QueueClient _queue = account.GetQueueClient(queueName);
    private readonly QueueClient _poison = account.GetQueueClient(queueName + "-poison");

    public async Task RunAsync(CancellationToken stopping)
    {
        var running = new List<Task>();
        var pause = ShortestPause;
        while (!stopping.IsCancellationRequested)
        {
            running.RemoveAll(task => task.IsCompletedSuccessfully);
            var messages = running.Count <= settings.NewBatchThreshold ? await ReceiveAsync(stopping).ConfigureAwait(false) : [];
            running.AddRange(messages.Select(message => HandleAsync(message, stopping)));
            pause = messages.Length > 0 ? ShortestPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
            await Task.WhenAny([Task.Delay(pause, context.TimeProvider, stopping), .. running.Count >= settings.MaxParallel ? running : []]).ConfigureAwait(false);
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Completes when the queue holds no message, seen or unseen.</summary>
    public async Task WhenIdleAsync(CancellationToken cancellationToken)
    {
        while (await CountAsync(cancellationToken).ConfigureAwait(false) != 0)
            await Task.Delay(ShortestPause, context.TimeProvider, cancellationToken).ConfigureAwait(false);
    }

    private async Task<QueueMessage[]> ReceiveAsync(CancellationToken stopping)
    {
        try
        {
            return (await _queue.ReceiveMessagesAsync(Math.Min(settings.BatchSize, 32), Hidden, stopping).ConfigureAwait(false)).Value;
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
            return (await _queue.GetPropertiesAsync(cancellationToken).ConfigureAwait(false)).Value.ApproximateMessagesCount;
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
            var started = context.TimeProvider.GetTimestamp();
            var reply = await context.Invoker.InvokeAsync(function, QueueEnvelope.Create(message, function, binding, context.TimeProvider), stopping).ConfigureAwait(false);
            context.Report(new InvocationOutcome
            {
                FunctionName = function,
                EventCount = 1,
                Attempt = (int)message.DequeueCount,
                Reply = reply,
                Duration = context.TimeProvider.GetElapsedTime(started),
            });
            await SettleAsync(message, reply).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException)
        {
            LogAway(context.Logger, queueName, exception.Message.Split('\n')[0]); // It becomes visible again by itself.
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped before it was sent: it comes again with the next start.
        }
    }

    private async Task SettleAsync(QueueMessage message, InvocationReply reply)
    {
        if (!reply.Succeeded)
            LogFailed(context.Logger, function, message.DequeueCount, reply.Reason);
        if (!reply.Succeeded && message.DequeueCount < settings.MaxDequeueCount)
        {
            await _queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: settings.VisibilityTimeout).ConfigureAwait(false);
            return;
        }

        if (!reply.Succeeded)
        {
            await _poison.CreateIfNotExistsAsync().ConfigureAwait(false);
            await _poison.SendMessageAsync(message.Body).ConfigureAwait(false);
        }

        await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function} failed at attempt {Attempt}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string function, long attempt, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue {Queue} does not answer: {Problem}")]
    private static partial void LogAway(ILogger logger, string queue, string problem);
}
