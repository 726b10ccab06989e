namespace SpanRelay.Redaction.Detectors.Scanning;

/// <summary>
/// A character that JSON writers may write as an escape though they need not: <c>\/</c>, or <c>\u002B</c> for a plus sign.
/// In JSON inside JSON the escape has more than one backslash.
/// </summary>
internal static class JsonEscape
{
    /// <summary>The most backslashes of an escape nested four deep.</summary>
    public const int MostBackslashes = 16;

    private const int Digits = 4;

    /// <param name="text">Any bytes.</param>
    /// <param name="at">Where the escape's first backslash would be.</param>
    /// <param name="value">The ASCII character that the escape stands for.</param>
    /// <param name="end">The position after the escape.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, int at, out byte value, out int end)
    {
        var read = TryReadCodeUnit(text, at, out var codeUnit, out end);
        value = (byte)codeUnit;
        return read && codeUnit < 0x80;
    }

    /// <param name="text">Any bytes.</param>
    /// <param name="at">Where the escape's first backslash would be.</param>
    /// <param name="codeUnit">The UTF-16 code unit that the escape stands for.</param>
    /// <param name="end">The position after the escape.</param>
    public static bool TryReadCodeUnit(ReadOnlySpan<byte> text, int at, out char codeUnit, out int end)
    {
        codeUnit = default;
        end = at;
        while (end < text.Length && end - at < MostBackslashes && text[end] == '\\')
            end++;
        if (end == at || end == text.Length)
            return false;

        if (text[end] == '/')
        {
            codeUnit = (char)text[end++];
            return true;
        }

        end += Digits + 1;
        return end <= text.Length && text[end - Digits - 1] == 'u' && TryParse(text[(end - Digits)..end], out codeUnit);
    }

    private static bool TryParse(ReadOnlySpan<byte> digits, out char codeUnit)
    {
        var value = 0;
        codeUnit = default;
        foreach (var digit in digits)
        {
            if (!AsciiByte.IsHexDigit(digit))
                return false;
            value = (value << 4) | (AsciiByte.IsDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        codeUnit = (char)value;
        return true;
    }
}
