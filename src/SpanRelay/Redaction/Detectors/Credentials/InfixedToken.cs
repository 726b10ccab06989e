using System.Text;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Credentials;

/// <summary>A token that its issuer marks in its middle or at its end. The hit is the whole token.</summary>
/// <param name="marker">The marker; case matters.</param>
/// <param name="alphabet">What the token is made of.</param>
/// <param name="before">The fewest bytes before the marker.</param>
/// <param name="after">The fewest bytes after it.</param>
internal sealed class InfixedToken(string marker, Alphabet alphabet, int before, int after)
    : CredentialShape(new Anchor(marker[MarkerStart(marker)..(MarkerStart(marker) + AnchorScanner.AnchorLength)]), MarkerStart(marker))
{
    private const int Longest = 128;

    private readonly byte[] _marker = Encoding.ASCII.GetBytes(marker);

    /// <summary>The most bytes before the marker.</summary>
    public int MostBefore { get; init; } = Longest;

    /// <summary>The alphabet before the marker, if it differs.</summary>
    public Alphabet Before { get; init; } = alphabet;

    /// <summary>The alphabet after the marker, if it differs.</summary>
    public Alphabet After { get; init; } = alphabet;

    public override int Shortest => before + _marker.Length + after;

    public override bool TryMatch(ReadOnlySpan<byte> text, int at, out Hit hit)
    {
        hit = default;
        if (!text[at..].StartsWith(_marker))
            return false;

        var start = at;
        while (start > 0 && at - start < MostBefore && Before.Contains(text[start - 1]))
            start--;
        var behind = at + _marker.Length;
        var end = After.EndOfRun(text[..Math.Min(text.Length, behind + Longest)], behind);
        hit = Hit.Between(start, end);
        return at - start >= before && end - behind >= after && Boundary.WordStarts(text, start) && Boundary.WordEnds(text, end) && Randomness.IsIn(text[start..end]);
    }

    /// <summary>The search looks for the marker's last bytes.</summary>
    private static int MarkerStart(string marker) => marker.Length - AnchorScanner.AnchorLength;
}
