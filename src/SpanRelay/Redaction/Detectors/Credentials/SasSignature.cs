using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Credentials;

/// <summary>
/// The signature of an Azure shared access signature, in a URL, a header or a connection string: <c>sig=…</c>, where the
/// equals sign may be escaped. The hit is the value.
/// </summary>
/// <param name="anchor"><c>ig=</c>, or <c>ig\</c> where an escape follows.</param>
internal sealed class SasSignature(string anchor) : CredentialShape(new Anchor(anchor), anchorOffset: 1)
{
    // HMAC-SHA256 in base64 is 44 bytes, of which the last, "=", may be missing.
    private const int ShortestValue = 43;

    public override int Shortest => "sig=".Length + ShortestValue;

    public override bool TryMatch(ReadOnlySpan<byte> text, int at, out Hit hit)
    {
        hit = default;
        if (text[at] != 's' || !Boundary.WordStarts(text, at) || !TrySkipEquals(text, at + 3, out var start))
            return false;

        var end = Alphabet.UrlEncodedBase64.EndOfEscapedRun(text, start);
        if (end - start < ShortestValue)
            return false;

        hit = Hit.Between(start, end);
        return true;
    }

    private static bool TrySkipEquals(ReadOnlySpan<byte> text, int at, out int end)
    {
        end = at + 1;
        return text[at] == '=' || (JsonEscape.TryRead(text, at, out var value, out end) && value == '=');
    }
}
