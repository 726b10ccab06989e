namespace SpanRelay.Redaction.Detectors.Scanning;

internal static class AsciiByte
{
    public static bool IsDigit(byte value) => char.IsAsciiDigit((char)value);

    public static bool IsLetter(byte value) => char.IsAsciiLetter((char)value);

    public static bool IsLetterOrDigit(byte value) => char.IsAsciiLetterOrDigit((char)value);

    public static bool IsHexDigit(byte value) => char.IsAsciiHexDigit((char)value);

    public static bool IsWhiteSpace(byte value) => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    public static byte ToLower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;

    /// <param name="text">Any bytes.</param>
    /// <param name="at">Where in the text; may lie outside it.</param>
    /// <param name="word">In lower case.</param>
    public static bool StartsWithIgnoringCase(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> word)
    {
        if (at < 0 || text.Length - at < word.Length)
            return false;

        for (var i = 0; i < word.Length; i++)
        {
            if (ToLower(text[at + i]) != word[i])
                return false;
        }

        return true;
    }
}
