using System.Collections.Concurrent;
using Amqp.Framing;
using SpanRelay.Local.EventHub.Amqp.Sessions;

namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary>Answers that wait for the client's credit.</summary>
internal sealed class ReplyQueue(Action<ReplyQueue> closed) : ILinkSource
{
    private readonly ConcurrentQueue<ReadOnlyMemory<byte>> _replies = new();

    public event Action? Changed;

    public Error? Failure => null;

    public bool HasMessage => !_replies.IsEmpty;

    /// <returns>False when too many wait.</returns>
    public bool TryAdd(ReadOnlyMemory<byte> reply)
    {
        if (_replies.Count >= AmqpLimits.MaxPendingReplies) return false;
        _replies.Enqueue(reply);
        Changed?.Invoke();
        return true;
    }

    public ReadOnlyMemory<byte>? Take() => _replies.TryDequeue(out var reply) ? reply : null;

    public void Dispose() => closed(this);
}
