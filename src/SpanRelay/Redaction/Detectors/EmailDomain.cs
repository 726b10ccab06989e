using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>The part of an address after the at sign: labels separated by dots, the last of letters.</summary>
internal static class EmailDomain
{
    /// <summary>Not domains but files: <c>icon@2x.png</c>, <c>vue@next.js</c>.</summary>
    private static readonly string[] FileExtensions =
        ["png", "jpg", "jpeg", "gif", "webp", "svg", "avif", "js", "mjs", "ts", "css", "json", "tgz", "zip", "html", "yaml", "yml"];

    /// <returns>The domain's length in bytes; 0 if there is none.</returns>
    public static int LengthOf(ReadOnlySpan<byte> text)
    {
        if (IsVersion(text))
            return 0;

        int end = 0, start = 0;
        while (LabelLength(text[start..]) is > 0 and var length)
        {
            var label = text.Slice(start, length);
            var top = start == 0 ? 0 : TopLevelLength(label);
            if (top > 0)
                end = start + top;

            start += length + 1;
            if (start >= text.Length || text[start - 1] != '.')
                break;
        }

        return end;
    }

    /// <summary>A letter of the Latin, Greek and Cyrillic alphabets beyond ASCII.</summary>
    public static bool IsLetter(char codeUnit) => codeUnit is >= '\u00C0' and <= '\u053F';

    /// <summary>The same in UTF-8.</summary>
    public static bool IsLetter(byte first, byte second) => first is >= 0xC3 and <= 0xD4 && second is >= 0x80 and <= 0xBF;

    private static int LabelLength(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && LengthOfLetter(text[length..], andDigits: true) is > 0 and var step)
            length += step;
        return text is [(byte)'-', ..] ? 0 : length;
    }

    /// <returns>The length of the top-level domain that the label starts with, in bytes; 0 if it is none.</returns>
    private static int TopLevelLength(ReadOnlySpan<byte> label)
    {
        if (label.StartsWith("xn--"u8))
            return label.Length > 4 ? label.Length : 0;

        var length = 0;
        while (length < label.Length && LengthOfLetter(label[length..], andDigits: false) is > 0 and var step)
            length += step;
        return length < 2 || !EndsTopLevel(label, length) || IsFileExtension(label[..length]) ? 0 : length;
    }

    /// <summary>Digits right after ASCII letters are part of a host or file name; after other letters they are not part of the domain.</summary>
    private static bool EndsTopLevel(ReadOnlySpan<byte> label, int length) =>
        length == label.Length || label[length] == '-' || label[length - 1] >= 0x80 || Boundary.EndsEscape(label, length);

    private static int LengthOfLetter(ReadOnlySpan<byte> text, bool andDigits)
    {
        if (AsciiByte.IsLetter(text[0]) || (andDigits && (AsciiByte.IsDigit(text[0]) || text[0] == '-')))
            return 1;
        if (text[0] == '\\' && JsonEscape.TryReadCodeUnit(text, 0, out var codeUnit, out var end))
            return IsLetter(codeUnit) ? end : 0;
        return text.Length > 1 && IsLetter(text[0], text[1]) ? 2 : 0;
    }

    private static bool IsFileExtension(ReadOnlySpan<byte> label)
    {
        foreach (var extension in FileExtensions)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(label, extension))
                return true;
        }

        return false;
    }

    /// <summary><c>react@18.3.0-canary.x</c> is the version of a package.</summary>
    private static bool IsVersion(ReadOnlySpan<byte> text)
    {
        var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return digits > 0 && digits + 1 < text.Length && text[digits] == '.' && AsciiByte.IsDigit(text[digits + 1]);
    }
}
