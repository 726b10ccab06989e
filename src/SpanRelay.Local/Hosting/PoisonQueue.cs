using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace SpanRelay.Local.Hosting;

/// <summary>The queue beside another, made on demand, with the messages that are not tried again.</summary>
/// <param name="account">Writes messages as they are to stand there: encoded or not.</param>
/// <param name="source">Where they come from.</param>
/// <param name="logger">Told of each.</param>
internal sealed partial class PoisonQueue(QueueServiceClient account, QueueClient source, ILogger logger)
{
    private readonly QueueClient _queue = account.GetQueueClient(source.Name + "-poison");

    public async Task TakeAsync(QueueMessage message)
    {
        await _queue.CreateIfNotExistsAsync();
        await _queue.SendMessageAsync(message.Body);
        await source.DeleteMessageAsync(message.MessageId, message.PopReceipt);
        LogTaken(logger, source.Name, message.MessageId, _queue.Name, message.DequeueCount);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of the queue {Queue}, {MessageId}, is in {PoisonQueue} now: it was seen {DequeueCount} times and is not tried again.")]
    private static partial void LogTaken(ILogger logger, string queue, string messageId, string poisonQueue, long dequeueCount);
}
