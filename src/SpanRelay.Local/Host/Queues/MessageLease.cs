using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace SpanRelay.Local.Host.Queues;

/// <summary>Keeps a queue message hidden from others while it is processed, however long that takes.</summary>
internal sealed class MessageLease : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly Task _renewing;
    private volatile QueueMessage _message;

    private MessageLease(QueueClient queue, QueueMessage message, TimeSpan hidden, TimeProvider timeProvider)
    {
        _message = message;
        _renewing = RenewAsync(queue, hidden, timeProvider);
    }

    /// <summary>With the receipt of its last renewal, which alone changes or deletes it.</summary>
    public QueueMessage Message => _message;

    /// <param name="queue">The message's.</param>
    /// <param name="message">Received a moment ago.</param>
    /// <param name="hidden">It was received for so long, and is renewed for so long each time half of it is over.</param>
    /// <param name="timeProvider">Tells when that is.</param>
    public static MessageLease Start(QueueClient queue, QueueMessage message, TimeSpan hidden, TimeProvider timeProvider) =>
        new(queue, message, hidden, timeProvider);

    /// <returns>The message, not renewed any more.</returns>
    public async Task<QueueMessage> EndAsync()
    {
        await _over.CancelAsync();
        await _renewing;
        return _message;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _over.Dispose();
    }

    private async Task RenewAsync(QueueClient queue, TimeSpan hidden, TimeProvider timeProvider)
    {
        while (await IsDueAsync(hidden / 2, timeProvider))
        {
            try
            {
                // Not cut off at the end: a renewal whose receipt is lost would make the one at hand invalid.
                var renewal = await queue.UpdateMessageAsync(_message.MessageId, _message.PopReceipt, visibilityTimeout: hidden, cancellationToken: CancellationToken.None);
                _message = _message.Update(renewal);
            }
            catch (Exception exception) when (exception is RequestFailedException or OperationCanceledException or AggregateException)
            {
                // The account is unavailable, or another receiver has the message: settling it will show which.
            }
        }
    }

    private async Task<bool> IsDueAsync(TimeSpan delay, TimeProvider timeProvider)
    {
        await Task.Delay(delay, timeProvider, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_over.IsCancellationRequested;
    }
}
