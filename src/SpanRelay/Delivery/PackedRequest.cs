namespace SpanRelay.Delivery;

/// <summary>One export made of the exports of several events, laid end to end. Owns its bytes.</summary>
public sealed class PackedRequest : IDisposable
{
    private readonly PooledBuffer _body = new();
    private readonly List<RequestPart> _parts = [];

    public int Length => _body.Length;

    public IReadOnlyList<RequestPart> Parts => _parts;

    /// <summary>Appends one event's export, or a piece of it.</summary>
    public void Add(int eventIndex, ReadOnlySpan<byte> export, int spans)
    {
        _parts.Add(new RequestPart(eventIndex, _body.Length, export.Length, spans));
        _body.Append(export);
    }

    /// <summary>The bytes of some of the parts: an export of its own.</summary>
    public ReadOnlyMemory<byte> Bytes(Range parts)
    {
        var (offset, count) = parts.GetOffsetAndLength(_parts.Count);
        var (first, last) = (_parts[offset], _parts[offset + count - 1]);
        return _body.WrittenMemory[first.Start..(last.Start + last.Length)];
    }

    public int SpansIn(Range parts)
    {
        var spans = 0;
        foreach (var part in _parts[parts])
            spans += part.Spans;
        return spans;
    }

    public void Dispose() => _body.Dispose();
}
