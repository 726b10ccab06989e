namespace SpanRelay.Pipeline;

/// <summary>An export that can be sent in pieces: of whole events, or of single spans.</summary>
internal interface IDivisible
{
    /// <summary>How many units it can be divided into.</summary>
    int Units { get; }

    /// <summary>The spans of some of the units.</summary>
    IEnumerable<SpanRun> SpansOf(Range units);

    /// <summary>Some of the units as an export of their own, valid until the next call.</summary>
    ReadOnlyMemory<byte> Bytes(Range units);

    /// <summary>What one unit consists of, where that is more than one span; the caller disposes it before this.</summary>
    EventSpans? Divide(int unit);
}
