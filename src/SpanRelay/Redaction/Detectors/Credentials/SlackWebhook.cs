using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Credentials;

/// <summary>Webhooks of Slack, whose path is a credential: <c>hooks.slack.com/services/T…/B…/…</c>. The hit is the path after its first word.</summary>
internal sealed class SlackWebhook() : CredentialShape(new Anchor(".sl"), anchorOffset: "hooks".Length)
{
    private const int ShortestSecret = 20;

    public override int Shortest => "hooks.slack.com/s/".Length + ShortestSecret;

    public override bool TryMatch(ReadOnlySpan<byte> text, int at, out Hit hit)
    {
        hit = default;
        var host = "hooks.slack.com"u8;
        if (!text[at..].StartsWith(host) || !TrySkipSlash(text, at + host.Length, out var word))
            return false;

        var wordEnd = Alphabet.Alphanumeric.EndOfRun(text[..Math.Min(text.Length, word + 16)], word);
        if (text[word..wordEnd] is not [(byte)'s' or (byte)'w' or (byte)'t', ..] || !TrySkipSlash(text, wordEnd, out var start))
            return false;

        var end = Alphabet.UrlPath.EndOfEscapedRun(text, start);
        if (end - start < ShortestSecret)
            return false;

        hit = Hit.Between(start, end);
        return true;
    }

    private static bool TrySkipSlash(ReadOnlySpan<byte> text, int at, out int end)
    {
        end = at + 1;
        return at < text.Length && (text[at] == '/' || (JsonEscape.TryRead(text, at, out var value, out end) && value == '/'));
    }
}
