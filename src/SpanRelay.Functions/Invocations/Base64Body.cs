using System.Buffers;
using System.Buffers.Text;
using SpanRelay.Buffers;

namespace SpanRelay.Functions.Invocations;

/// <summary>Decodes one event's base64 as it streams by, straight into the event's buffer.</summary>
internal sealed class Base64Body(PooledBuffer body)
{
    private const int Quad = 4;

    // The last quad may be padded, and which is the last shows only at the end: so the latest one to four characters wait.
    private readonly byte[] _waiting = new byte[Quad];
    private int _waitingCount;

    public void Append(ReadOnlySpan<byte> characters)
    {
        while (_waitingCount > 0 && _waitingCount < Quad && !characters.IsEmpty)
        {
            _waiting[_waitingCount++] = characters[0];
            characters = characters[1..];
        }

        if (characters.IsEmpty)
            return;

        Decode(_waiting.AsSpan(0, _waitingCount));
        _waitingCount = (characters.Length - 1) % Quad + 1;
        Decode(characters[..^_waitingCount]);
        characters[^_waitingCount..].CopyTo(_waiting);
    }

    public void Complete()
    {
        Decode(_waiting.AsSpan(0, _waitingCount));
        _waitingCount = 0;
    }

    private void Decode(ReadOnlySpan<byte> characters)
    {
        if (characters.IsEmpty)
            return;

        var room = body.GetSpan(Base64.GetMaxDecodedFromUtf8Length(characters.Length));
        if (Base64.DecodeFromUtf8(characters, room, out _, out var written) != OperationStatus.Done)
            throw new InvalidDataException("An event is not base64.");
        body.Advance(written);
    }
}
