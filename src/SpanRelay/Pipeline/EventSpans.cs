using SpanRelay.Buffers;

namespace SpanRelay.Pipeline;

/// <summary>One event's export, divided into its spans. Pieces are created on demand; each repeats the resource and scope.</summary>
internal sealed class EventSpans(RequestPart part, ReadOnlyMemory<byte> export) : IDivisible, IDisposable
{
    private readonly PooledBuffer _piece = new();

    public int Units => part.Spans;

    public IEnumerable<SpanRun> SpansOf(Range units)
    {
        var (first, count) = units.GetOffsetAndLength(part.Spans);
        return [new SpanRun(part.Event, part.FirstSpan + first, count)];
    }

    public ReadOnlyMemory<byte> Bytes(Range units)
    {
        var (first, count) = units.GetOffsetAndLength(part.Spans);
        _piece.Truncate(0);
        SpanSelection.Copy(export.Span, Enumerable.Range(first, count).ToArray(), _piece);
        return _piece.WrittenMemory;
    }

    public EventSpans? Divide(int unit) => null;

    public void Dispose() => _piece.Dispose();
}
