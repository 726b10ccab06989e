using System.Numerics;
using SpanRelay.Redaction.Detectors.Credentials;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>API keys and tokens with a recognizable form, and keys that follow their name.</summary>
internal sealed class CredentialsDetector : Detector
{
    private static readonly AnchorScanner Anchors = new([.. CredentialShapes.All.Select(shape => shape.Anchor)]);

    private static readonly CredentialShape[][] ShapesByFirstByte = [.. Enumerable.Range(0, 256).Select(ShapesAnchoredAt)];

    public override string Name => "credentials";

    public override Minimum Minimum { get; } = new(CredentialShapes.All.Min(shape => shape.Shortest));

    public override bool TryFind(ReadOnlySpan<byte> text, int from, out Hit hit)
    {
        var at = from;
        while (Anchors.Next(text, ref at) is not 0 and var candidates)
        {
            for (; candidates != 0; candidates &= candidates - 1)
            {
                if (TryMatch(text, from, at + BitOperations.TrailingZeroCount(candidates), out hit))
                    return true;
            }

            at += AnchorScanner.Step;
        }

        hit = default;
        return false;
    }

    private static bool TryMatch(ReadOnlySpan<byte> text, int from, int at, out Hit hit)
    {
        hit = default;
        var key = Anchor.KeyAt(text, at);
        if (!Anchors.MayBe(key))
            return false;

        foreach (var shape in ShapesByFirstByte[text[at]])
        {
            if (!shape.Anchor.Fits(key) || at - shape.AnchorOffset < from || !shape.TryMatch(text, at - shape.AnchorOffset, out hit))
                continue;
            if (hit.Start < from) // A token may start before its marker.
                hit = Hit.Between(from, hit.End);
            return true;
        }

        return false;
    }

    private static CredentialShape[] ShapesAnchoredAt(int first) =>
        [.. CredentialShapes.All.Where(shape => shape.Anchor.Text[0] == (shape.Anchor.IgnoreCase ? AsciiByte.ToLower((byte)first) : first))];
}
