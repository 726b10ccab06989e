using System.Buffers;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>
/// Private keys in PEM, of every kind, with any separator between the lines: line breaks, <c>\n</c> as two characters, the
/// quotes and plus signs of source code. A truncated key is a hit to its end.
/// </summary>
internal sealed class PrivateKeyDetector : Detector
{
    private const int LongestLabel = 48;
    private const int ShortestLine = 16;
    private const int WidestBreak = 64;

    private static readonly SearchValues<byte> Label = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 "u8);

    public override string Name => "privateKey";

    public override Minimum Minimum { get; } = new("-BEGIN".Length + "PRIVATE KEY-".Length, new(1, "V"), new(2, "-"));

    public override bool TryFind(ReadOnlySpan<byte> text, int from, out Hit hit)
    {
        var anchor = "PRIVATE KEY"u8;
        for (var at = from; text[at..].IndexOf(anchor) is >= 0 and var index; at += index + anchor.Length)
        {
            if (TryReadBegin(text, from, at + index, out var start, out var body) && TryFindKey(text, body, out var key))
            {
                hit = Hit.Between(start, EndOf(text, body, key));
                return true;
            }
        }

        hit = default;
        return false;
    }

    /// <param name="text">Any bytes.</param>
    /// <param name="from">Where the block may start.</param>
    /// <param name="words">The position of PRIVATE KEY.</param>
    /// <param name="start">The first hyphen.</param>
    /// <param name="body">The position after the line's last hyphen.</param>
    private static bool TryReadBegin(ReadOnlySpan<byte> text, int from, int words, out int start, out int body)
    {
        body = start = Math.Max(from, words - LongestLabel);
        var labelStart = text[start..words].LastIndexOfAnyExcept(Label);
        if (labelStart < 0)
            return false;

        var label = text[(start + labelStart + 1)..words].TrimStart((byte)' ');
        var hyphens = start + labelStart + 1;
        if (!label.StartsWith("BEGIN"u8) || text[hyphens - 1] != '-')
            return false;

        start = hyphens;
        while (start > from && hyphens - start < 5 && text[start - 1] == '-')
            start--;

        var labelEnd = words + text[words..Math.Min(text.Length, words + LongestLabel)].IndexOf((byte)'-');
        if (labelEnd < words)
            return false;

        body = labelEnd;
        while (body < text.Length && text[body] == '-')
            body++;
        return true;
    }

    /// <summary>Prose may quote the first line; a key has a line of base64 or a PEM header after it.</summary>
    private static bool TryFindKey(ReadOnlySpan<byte> text, int body, out int key)
    {
        var limit = Math.Min(text.Length, body + WidestBreak);
        for (key = body; key < limit; key++)
        {
            if (text[key] == 'u' && text[key - 1] == '\\')
                key += 4; // the digits of an escaped quote or line break
            else if (AsciiByte.IsLetterOrDigit(text[key]) && !Boundary.EndsEscape(text, key + 1))
                break;
        }

        if (key >= limit)
            return false;

        var end = Alphabet.Base64.EndOfEscapedRun(text, key);
        return end - key >= ShortestLine || IsCutOff(text, key, end) || IsHeader(text[key..end], text[end..]);
    }

    private static bool IsCutOff(ReadOnlySpan<byte> text, int key, int end) =>
        (text[key - 1] == '\n' || Boundary.EndsEscape(text, key)) && (end == text.Length || text[end] is (byte)'"' or (byte)'\\');

    private static bool IsHeader(ReadOnlySpan<byte> word, ReadOnlySpan<byte> rest) =>
        rest.StartsWith(": "u8) || (word.SequenceEqual("Proc"u8) && rest.StartsWith("-Type:"u8));

    /// <summary>
    /// A block ends no later than where the next begins: otherwise each of many keys without a last line would be searched to
    /// the end of the text.
    /// </summary>
    private static int EndOf(ReadOnlySpan<byte> text, int body, int key)
    {
        text = text[..StartOfNext(text, key)];
        for (var at = body; text[at..].IndexOf("END "u8) is >= 0 and var index; at += index + 4)
        {
            var end = at + index;
            if (text[end - 1] == '-' || (text[end - 1] == ' ' && text[end - 2] == '-'))
                return EndOfLine(text, end);
        }

        // Truncated. In JSON, the key ends with its string; in source code, there are quotes between the lines.
        var quote = text[key..].IndexOf((byte)'"');
        if (quote < 0 || text[body..key].Contains((byte)'"'))
            return text.Length;
        return key + text.Slice(key, quote).TrimEnd((byte)'\\').Length;
    }

    private static int StartOfNext(ReadOnlySpan<byte> text, int from)
    {
        for (var at = from; text[at..].IndexOf("BEGIN "u8) is >= 0 and var index; at += index + 1)
        {
            var begin = at + index;
            if (text[begin - 1] == ' ' && begin - 1 > from)
                begin--;
            var hyphens = text[from..begin].TrimEnd((byte)'-').Length + from;
            if (hyphens < begin)
                return hyphens;
        }

        return text.Length;
    }

    private static int EndOfLine(ReadOnlySpan<byte> text, int end)
    {
        var hyphens = text[end..Math.Min(text.Length, end + LongestLabel)].IndexOf((byte)'-');
        if (hyphens < 0)
            return Math.Min(text.Length, end + 3);

        end += hyphens;
        while (end < text.Length && text[end] == '-')
            end++;
        return end;
    }
}
