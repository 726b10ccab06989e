using System.Buffers;

namespace SpanRelay.Redaction.Detectors.Scanning;

/// <summary>The bytes that a kind of token is made of.</summary>
internal sealed class Alphabet
{
    private const string LettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private readonly SearchValues<byte> _bytes;

    private Alphabet(string characters) => _bytes = SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(characters));

    public static Alphabet Digits { get; } = new("0123456789");

    public static Alphabet UpperDigitsAndHyphens { get; } = new("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    public static Alphabet UpperAndDigits { get; } = new("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    public static Alphabet Alphanumeric { get; } = new(LettersAndDigits);

    public static Alphabet Word { get; } = new(LettersAndDigits + "_");

    public static Alphabet Base64Url { get; } = new(LettersAndDigits + "-_");

    /// <summary>Several base64url parts, or a token and its checksum.</summary>
    public static Alphabet DottedBase64Url { get; } = new(LettersAndDigits + "-_.");

    public static Alphabet Base64 { get; } = new(LettersAndDigits + "+/=");

    /// <summary>Base64 in a URL: either alphabet, or percent-encoded.</summary>
    public static Alphabet UrlEncodedBase64 { get; } = new(LettersAndDigits + "+/=-_%");

    public static Alphabet UrlPath { get; } = new(LettersAndDigits + "/-_");

    public static Alphabet WebhookPath { get; } = new(LettersAndDigits + "/-_@");

    public static Alphabet EntraSecret { get; } = new(LettersAndDigits + "_~.-");

    public static Alphabet BraintreeToken { get; } = new(LettersAndDigits + "$");

    public static Alphabet AirtableToken { get; } = new(LettersAndDigits + ".");

    /// <summary>RFC 6750's b64token.</summary>
    public static Alphabet BearerToken { get; } = new(LettersAndDigits + "-._~+/=");

    public bool Contains(byte value) => _bytes.Contains(value);

    /// <returns>The end of the run of this alphabet's bytes that starts at <paramref name="at"/>.</returns>
    public int EndOfRun(ReadOnlySpan<byte> text, int at)
    {
        var length = text[at..].IndexOfAnyExcept(_bytes);
        return length < 0 ? text.Length : at + length;
    }

    /// <summary>Like <see cref="EndOfRun"/>, with JSON escapes of this alphabet's characters as part of the run.</summary>
    public int EndOfEscapedRun(ReadOnlySpan<byte> text, int at)
    {
        var end = EndOfRun(text, at);
        while (end < text.Length && text[end] == '\\' && JsonEscape.TryRead(text, end, out var value, out var next) && Contains(value))
            end = EndOfRun(text, next);
        return end;
    }
}
