using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Credentials;

/// <summary>What one kind of credential looks like.</summary>
/// <param name="anchor">Bytes that are rare in prose; every credential of this kind has them at <paramref name="anchorOffset"/>.</param>
/// <param name="anchorOffset">Their distance from the first byte.</param>
internal abstract class CredentialShape(Anchor anchor, int anchorOffset = 0)
{
    public Anchor Anchor { get; } = anchor;

    public int AnchorOffset { get; } = anchorOffset;

    /// <summary>The minimum length of a text that contains one, in bytes.</summary>
    public abstract int Shortest { get; }

    /// <param name="text">Any bytes.</param>
    /// <param name="at">Where the credential would start; its anchor is inside the text.</param>
    /// <param name="hit">The part of it that is secret.</param>
    public abstract bool TryMatch(ReadOnlySpan<byte> text, int at, out Hit hit);
}
