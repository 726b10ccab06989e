using Amqp.Framing;

namespace SpanRelay.Local.EventHub.Amqp.Sessions;

/// <summary>A message that arrives in several frames. From the frame that makes it too large on, it holds nothing any more.</summary>
internal sealed class PartialMessage(Transfer first, BufferBudget budget) : IDisposable
{
    private readonly MemoryStream _bytes = new();
    private int _taken;

    public Transfer First => first;

    /// <summary>Why the rest of the message is skipped.</summary>
    public Error? Refusal { get; private set; }

    /// <returns>False when this frame made the message one to refuse.</returns>
    public bool TryAppend(ReadOnlyMemory<byte> payload)
    {
        if (Refusal is not null) return true;
        Refusal = _bytes.Length + payload.Length > LocalEventHub.MaxPublicationBytes ? AmqpErrors.MessageTooLarge
            : !budget.TryTake(payload.Length) ? AmqpErrors.TooManyBufferedBytes
            : null;
        if (Refusal is not null)
        {
            Dispose();
            return false;
        }

        _taken += payload.Length;
        _bytes.Write(payload.Span);
        return true;
    }

    public byte[] ToArray() => _bytes.ToArray();

    /// <summary>Frees the buffer.</summary>
    public void Dispose()
    {
        budget.Return(_taken);
        _taken = 0;
        _bytes.SetLength(0);
        _bytes.Capacity = 0;
    }
}
