namespace SpanRelay.Otlp;

/// <summary>
/// The bytes of a compressed stream, for a platform reader that neither says where the stream ends nor refuses a truncated one.
/// The last bytes are handed out one at a time, and one more follows: the stream is complete, and nothing follows it, when
/// exactly its bytes were taken.
/// </summary>
internal sealed class ExactStream(ReadOnlyMemory<byte> bytes) : Stream
{
    private const int Tail = 32;

    // As the start of a deflate block it is invalid.
    private const byte Behind = 0xFF;

    private int _taken;

    public bool IsTakenExactly => _taken == bytes.Length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _taken;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || _taken > bytes.Length)
            return 0;
        if (_taken == bytes.Length)
        {
            _taken++;
            buffer[0] = Behind;
            return 1;
        }

        var count = Math.Min(buffer.Length, Math.Max(1, bytes.Length - Tail - _taken));
        bytes.Span.Slice(_taken, count).CopyTo(buffer);
        _taken += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
