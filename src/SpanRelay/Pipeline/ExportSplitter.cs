using SpanRelay.Buffers;
using SpanRelay.Otlp;

namespace SpanRelay.Pipeline;

/// <summary>
/// Cuts a canonical export between its spans into exports of at most a given size, each with the resource and scope that its
/// spans belong to. A piece is larger only if it holds a single span that is.
/// </summary>
internal ref struct ExportSplitter
{
    // Tags and lengths of a resource-spans and a scope-spans message around the spans.
    private const int FrameBytes = 12;

    private readonly int _maxBytes;
    private MessageParts _export;
    private MessageParts _resource;
    private MessageParts _scope;

    public ExportSplitter(ReadOnlySpan<byte> export, int maxBytes)
    {
        _maxBytes = maxBytes;
        _export = new MessageParts(export, TraceSchema.RequestResourceSpans);
    }

    /// <summary>Replaces what <paramref name="piece"/> holds by the next piece.</summary>
    /// <returns>False when no spans are left.</returns>
    public bool TryTakePiece(PooledBuffer piece, out int spans)
    {
        piece.Truncate(0);
        spans = 0;
        var writer = new WireWriter(piece);
        while (HasSpan() && Fits(piece, spans))
        {
            var resource = writer.Begin(TraceSchema.RequestResourceSpans, _maxBytes);
            piece.Append(_resource.Before);
            var scope = writer.Begin(TraceSchema.ResourceSpansScopeSpans, _maxBytes);
            piece.Append(_scope.Before);
            do
            {
                piece.Append(_scope.TakeElement());
                spans++;
            }
            while (_scope.HasElement && Fits(piece, spans));

            piece.Append(_scope.After);
            writer.End(scope);
            piece.Append(_resource.After);
            writer.End(resource);
        }

        return spans > 0;
    }

    /// <summary>Moves on to the next scope, and the next resource, until there is a span to take.</summary>
    private bool HasSpan()
    {
        while (!_scope.HasElement)
        {
            if (_resource.HasElement)
                _scope = new MessageParts(_resource.TakePayload(), TraceSchema.ScopeSpansSpans);
            else if (_export.HasElement)
                _resource = new MessageParts(_export.TakePayload(), TraceSchema.ResourceSpansScopeSpans);
            else
                return false;
        }

        return true;
    }

    private readonly bool Fits(PooledBuffer piece, int spans)
    {
        var frame = FrameBytes + _resource.Before.Length + _resource.After.Length + _scope.Before.Length + _scope.After.Length;
        return spans == 0 || piece.Length + frame + _scope.NextElementLength <= _maxBytes;
    }
}
