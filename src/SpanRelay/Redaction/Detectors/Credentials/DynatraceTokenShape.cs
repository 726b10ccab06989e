using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Credentials;

/// <summary><c>dt0c01.</c>, a public part of 8 to 24 characters, a dot and a secret part of 64.</summary>
internal sealed class DynatraceTokenShape() : CredentialShape(new Anchor("dt0"))
{
    private const int PrefixLength = 6;
    private const int ShortestPublicPart = 8;
    private const int LongestPublicPart = 24;
    private const int SecretPart = 64;

    public override int Shortest => PrefixLength + ".".Length + ShortestPublicPart + ".".Length + SecretPart;

    public override bool TryMatch(ReadOnlySpan<byte> text, int at, out Hit hit)
    {
        hit = default;
        if (!StartsAt(text, at))
            return false;

        var publicPart = at + PrefixLength + 1;
        var publicEnd = Alphabet.UpperAndDigits.EndOfRun(text[..Math.Min(text.Length, publicPart + LongestPublicPart)], publicPart);
        if (publicEnd - publicPart < ShortestPublicPart || publicEnd == text.Length || text[publicEnd] != '.')
            return false;

        var secretEnd = Alphabet.UpperAndDigits.EndOfRun(text, publicEnd + 1);
        if (secretEnd - (publicEnd + 1) < SecretPart)
            return false;

        hit = Hit.Between(at, secretEnd);
        return true;
    }

    private static bool StartsAt(ReadOnlySpan<byte> text, int at) =>
        text.Length - at > PrefixLength
        && text[at..].StartsWith("dt0"u8)
        && AsciiByte.IsLetter(text[at + 3])
        && AsciiByte.IsDigit(text[at + 4])
        && AsciiByte.IsDigit(text[at + 5])
        && text[at + PrefixLength] == '.'
        && Boundary.TokenStarts(text, at);
}
