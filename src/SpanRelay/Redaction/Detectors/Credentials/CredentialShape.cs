using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Credentials;

/// <summary>What one kind of credential looks like.</summary>
/// <param name="anchor">Bytes that are rare in prose and that every credential of this kind has at <paramref name="anchorOffset"/>.</param>
/// <param name="anchorOffset">How far behind the first byte.</param>
internal abstract class CredentialShape(Anchor anchor, int anchorOffset = 0)
{
    public Anchor Anchor { get; } = anchor;

    public int AnchorOffset { get; } = anchorOffset;

    /// <summary>The fewest bytes that a text with one has.</summary>
    public abstract int Shortest { get; }

    /// <param name="text">Any bytes.</param>
    /// <param name="at">Where the credential would start, so that its anchor stands in the text.</param>
    /// <param name="hit">The part of it that is secret.</param>
    public abstract bool TryMatch(ReadOnlySpan<byte> text, int at, out Hit hit);
}
