using SpanRelay.Buffers;

namespace SpanRelay.Pipeline;

/// <summary>One export made of the exports of several events, laid end to end. Owns its bytes.</summary>
/// <param name="openedAt">When the first event was added.</param>
internal sealed class PackedRequest(int capacity, DateTimeOffset openedAt) : IDivisible, IDisposable
{
    private readonly PooledBuffer _body = new(capacity);
    private readonly List<RequestPart> _parts = [];

    public DateTimeOffset OpenedAt => openedAt;

    /// <summary>Until when Dynatrace accepts all its spans.</summary>
    public DateTimeOffset Latest { get; private set; } = DateTimeOffset.MaxValue;

    public int Length => _body.Length;

    public IReadOnlyList<RequestPart> Parts => _parts;

    public int Units => _parts.Count;

    /// <summary>Appends one event's export, or a piece of it.</summary>
    public void Add(EventInBatch owner, ReadOnlySpan<byte> export, int firstSpan, int spans, DateTimeOffset latest)
    {
        Latest = latest < Latest ? latest : Latest;
        _parts.Add(new RequestPart(owner, _body.Length, export.Length, firstSpan, spans));
        _body.Append(export);
    }

    public IEnumerable<SpanRun> SpansOf(Range units) =>
        _parts[units].Select(part => new SpanRun(part.Event, part.FirstSpan, part.Spans));

    public ReadOnlyMemory<byte> Bytes(Range units)
    {
        var (offset, count) = units.GetOffsetAndLength(_parts.Count);
        var (first, last) = (_parts[offset], _parts[offset + count - 1]);
        return _body.WrittenMemory[first.Start..(last.Start + last.Length)];
    }

    public EventSpans? Divide(int unit) =>
        _parts[unit].Spans > 1 ? new EventSpans(_parts[unit], Bytes(unit..(unit + 1))) : null;

    public void Dispose() => _body.Dispose();
}
