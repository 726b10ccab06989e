using System.Buffers;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Named;

/// <summary>An unquoted value of several words, and blocks of lines, as in settings and YAML.</summary>
internal static class LongValue
{
    private const int Looked = 256;
    private const int MostWords = 8;

    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n\"\\;,<"u8);

    /// <summary>A value on a line of its own extends to the end of the line; one in a connection string, to the semicolon.</summary>
    /// <param name="end">The end of the first word.</param>
    /// <param name="nameStart">Where the name starts.</param>
    /// <param name="isSpaced">Whether a space precedes the value.</param>
    public static int EndOf(ReadOnlySpan<byte> text, int end, int nameStart, bool isSpaced)
    {
        if (end >= text.Length || text[end] != ' ')
            return end;

        var near = text[end..Math.Min(text.Length, end + Looked)];
        var line = near.IndexOfAny(LineEnds);
        var rest = line < 0 ? near : near[..line];
        var isInConnectionString = nameStart > 0 && text[nameStart - 1] == ';' && line >= 0 && near[line] == ';';
        var isOfLine = isSpaced && (nameStart == 0 || text[nameStart - 1] == '\n' || Boundary.EndsEscape(text, nameStart));
        if (!(isInConnectionString || isOfLine) || rest.Length == near.Length && text.Length - end > Looked || rest.ContainsAny("=:#"u8) || rest.Count((byte)' ') > MostWords)
            return end;
        return end + rest.TrimEnd((byte)' ').Length;
    }

    /// <summary>The lines of a YAML block scalar: <c>password: |</c>.</summary>
    /// <param name="mark">The position of <c>|</c> or <c>&gt;</c>.</param>
    /// <param name="nameStart">Lines indented further than the name belong to the block.</param>
    public static bool TryReadBlock(ReadOnlySpan<byte> text, int mark, int nameStart, out Hit hit)
    {
        hit = default;
        var start = mark + 1;
        while (start < text.Length && start - mark < 4 && text[start] is (byte)'-' or (byte)'+' or (byte)'\r' or (byte)' ')
            start++;
        if (start >= text.Length || text[start] != '\n')
            return false;

        var lookedFrom = Math.Max(0, nameStart - Looked);
        var indent = nameStart - lookedFrom - (text[lookedFrom..nameStart].LastIndexOf((byte)'\n') + 1);
        var end = ++start;
        while (end < text.Length && IndentOf(text[end..]) > indent)
        {
            var line = text[end..].IndexOf((byte)'\n');
            end = line < 0 ? text.Length : end + line + 1;
        }

        start += IndentOf(text[start..]);
        end = start < end ? start + text[start..end].TrimEnd("\r\n "u8).Length : start;
        hit = new(start, end - start);
        return end > start;
    }

    private static int IndentOf(ReadOnlySpan<byte> line)
    {
        var indent = line.IndexOfAnyExcept((byte)' ');
        return indent < 0 ? line.Length : indent;
    }
}
