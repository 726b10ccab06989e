using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace SpanRelay.Local.Host.Queues;

/// <summary>The queue for messages that are not retried any more, created on demand.</summary>
/// <param name="account">Its encoding is that of the messages moved.</param>
/// <param name="source">The queue that they come from.</param>
/// <param name="logger">Logs each.</param>
internal sealed partial class PoisonQueue(QueueServiceClient account, QueueClient source, ILogger logger)
{
    private readonly QueueClient _queue = account.GetQueueClient(source.Name + "-poison");

    public async Task TakeAsync(QueueMessage message)
    {
        await _queue.CreateIfNotExistsAsync();
        await _queue.SendMessageAsync(message.Body);
        await source.DeleteMessageAsync(message.MessageId, message.PopReceipt);
        LogTaken(logger, message.MessageId, source.Name, _queue.Name, message.DequeueCount);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {MessageId} of the queue {Queue} was moved to {PoisonQueue} after {DequeueCount} attempts.")]
    private static partial void LogTaken(ILogger logger, string messageId, string queue, string poisonQueue, long dequeueCount);
}
