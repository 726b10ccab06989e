namespace SpanRelay.Redaction.Detectors.Scanning;

/// <summary>
/// Decides whether a word or a number starts or ends at a position. Texts are often JSON-escaped or percent-encoded, so a letter or
/// digit on the left may be the end of <c>\n</c>, <c>\u0026</c> or <c>%20</c>, which is not part of the word.
/// </summary>
internal static class Boundary
{
    // A group of a UUID, or of a hash cut into groups, has at least this many digits.
    private const int ShortestHexGroup = 4;

    public static bool WordStarts(ReadOnlySpan<byte> text, int at) =>
        at == 0 || !AsciiByte.IsLetterOrDigit(text[at - 1]) || EndsEscape(text, at);

    /// <summary>Whether a token with an unmistakable prefix may start there: also right after a word, but not inside a long run, such as base64.</summary>
    public static bool TokenStarts(ReadOnlySpan<byte> text, int at)
    {
        const int LongestWord = 16;
        var start = at;
        while (start > 0 && at - start <= LongestWord && AsciiByte.IsLetterOrDigit(text[start - 1]))
            start--;
        return at - start <= LongestWord;
    }

    public static bool WordEnds(ReadOnlySpan<byte> text, int end) =>
        end == text.Length || !AsciiByte.IsLetterOrDigit(text[end]);

    /// <summary>Not after a letter, digit or underscore, a decimal point, or a hyphen that joins groups of digits.</summary>
    public static bool NumberStarts(ReadOnlySpan<byte> text, int at)
    {
        if (at == 0 || EndsEscape(text, at))
            return true;

        var left = text[at - 1];
        if (AsciiByte.IsLetterOrDigit(left) || left == '_')
            return false;
        if (at == 1)
            return true;

        return left switch
        {
            (byte)'.' => !AsciiByte.IsDigit(text[at - 2]),
            (byte)'-' => !AsciiByte.IsDigit(text[at - 2]) && !EndsHexGroup(text[..(at - 1)]),
            _ => true,
        };
    }

    /// <summary>Not before a letter, digit or underscore, a decimal point, or a hyphen that joins it with what follows.</summary>
    public static bool NumberEnds(ReadOnlySpan<byte> text, int end)
    {
        if (end == text.Length)
            return true;

        var right = text[end];
        if (AsciiByte.IsLetterOrDigit(right) || right == '_')
            return false;

        var next = end + 1 < text.Length ? text[end + 1] : (byte)0;
        return right switch
        {
            (byte)'.' => !AsciiByte.IsDigit(next),
            (byte)'-' => !AsciiByte.IsLetterOrDigit(next),
            _ => true,
        };
    }

    /// <summary>Whether a JSON escape or a percent-encoded byte ends at <paramref name="at"/>.</summary>
    public static bool EndsEscape(ReadOnlySpan<byte> text, int at)
    {
        if (at >= 2 && text[at - 2] == '\\' && (text[at - 1] is (byte)'n' or (byte)'t' or (byte)'r' or (byte)'b' or (byte)'f'))
            return true;
        if (at >= 3 && text[at - 3] == '%' && AreHexDigits(text[(at - 2)..at]))
            return true;
        if (at >= 6 && text[at - 6] == '\\' && text[at - 5] == 'u' && AreHexDigits(text[(at - 4)..at]))
            return true;
        return at >= 3 && text[at - 1] == 'm' && EndsColor(text[..(at - 1)]);
    }

    /// <summary>An ANSI color code, <c>ESC[1;31m</c>, its first byte escaped or not.</summary>
    private static bool EndsColor(ReadOnlySpan<byte> text)
    {
        const int Longest = 20;
        var first = text[Math.Max(0, text.Length - Longest)..];
        var open = first.LastIndexOf((byte)'[');
        return open > 0 && !first[(open + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)';')
            && (first[open - 1] == 0x1B || first[..open].EndsWith("u001b"u8) || first[..open].EndsWith("u001B"u8) || first[..open].EndsWith("x1b"u8) || first[..open].EndsWith("033"u8) || first[..open].EndsWith("\\e"u8));
    }

    private static bool AreHexDigits(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (!AsciiByte.IsHexDigit(value))
                return false;
        }

        return true;
    }

    private static bool EndsHexGroup(ReadOnlySpan<byte> text) =>
        text.Length >= ShortestHexGroup && AreHexDigits(text[^ShortestHexGroup..]);
}
