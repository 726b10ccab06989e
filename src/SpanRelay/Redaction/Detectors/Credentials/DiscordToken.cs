using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Credentials;

/// <summary>
/// Tokens of Discord bots: three base64url parts separated by dots. The first is the bot's number in decimal digits, whose base64
/// has one of ninety beginnings.
/// </summary>
internal sealed class DiscordToken(string start) : CredentialShape(new Anchor(start))
{
    private const int ShortestNumber = 22;
    private const int LongestNumber = 28;
    private const int TimestampPart = 6;
    private const int ShortestSecret = 27;

    public static IEnumerable<CredentialShape> All { get; } =
        [.. "MTMjMzNDNTNjNzODOT".Chunk(2).SelectMany(_ => "AEIMQUYcgk", (digit, next) => new DiscordToken(new string(digit) + next))];

    public override int Shortest => ShortestNumber + TimestampPart + ShortestSecret + 2;

    public override bool TryMatch(ReadOnlySpan<byte> text, int at, out Hit hit)
    {
        hit = default;
        if (!Boundary.WordStarts(text, at))
            return false;

        var dot = Alphabet.Base64Url.EndOfRun(text[..Math.Min(text.Length, at + LongestNumber + 1)], at);
        var secret = dot + TimestampPart + 2;
        if (dot - at is < ShortestNumber or > LongestNumber || secret >= text.Length || text[dot] != '.' || text[secret - 1] != '.' || Alphabet.Base64Url.EndOfRun(text[..(secret - 1)], dot + 1) != secret - 1)
            return false;

        hit = Hit.Between(at, Alphabet.Base64Url.EndOfRun(text, secret));
        return hit.End - secret >= ShortestSecret;
    }
}
