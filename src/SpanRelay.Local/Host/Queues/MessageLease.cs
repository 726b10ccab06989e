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

    /// <summary>The message with the receipt of its last renewal: only that receipt can update or delete it.</summary>
    public QueueMessage Message => _message;

    /// <param name="queue">The message's.</param>
    /// <param name="message">Just received.</param>
    /// <param name="hidden">The visibility timeout it was received with; it is renewed each time half of it has passed.</param>
    /// <param name="timeProvider">Schedules the renewals.</param>
    public static MessageLease Start(QueueClient queue, QueueMessage message, TimeSpan hidden, TimeProvider timeProvider) =>
        new(queue, message, hidden, timeProvider);

    /// <returns>The message, which is no longer renewed.</returns>
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
                // A renewal in flight is awaited: if its receipt were lost, the receipt at hand would be invalid.
                var renewal = await queue.UpdateMessageAsync(_message.MessageId, _message.PopReceipt, visibilityTimeout: hidden, cancellationToken: CancellationToken.None);
                _message = _message.Update(renewal);
            }
            catch (Exception exception) when (exception is RequestFailedException or OperationCanceledException or AggregateException)
            {
                // The account is unavailable, or another receiver has the message: deleting it will show which.
            }
        }
    }

    private async Task<bool> IsDueAsync(TimeSpan delay, TimeProvider timeProvider)
    {
        await Task.Delay(delay, timeProvider, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_over.IsCancellationRequested;
    }
}
