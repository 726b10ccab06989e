using System.Buffers;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Json;

/// <summary>Finds where a value ends, in JSON that may be nested in a string, truncated or malformed.</summary>
internal static class JsonValue
{
    private static readonly SearchValues<byte> Quotes = SearchValues.Create("\"2"u8);
    private static readonly SearchValues<byte> QuotesAndBrackets = SearchValues.Create("\"2{}[]"u8);
    private static readonly SearchValues<byte> EndsOfLiteral = SearchValues.Create(",}] \t\r\n\"\\"u8);

    /// <returns>The end of the text inside the quotes.</returns>
    public static int EndOfString(ReadOnlySpan<byte> text, int start, int level)
    {
        for (var at = start; text[at..].IndexOfAny(Quotes) is >= 0 and var index; at += index + 1)
        {
            if (JsonQuote.TryReadEndingAt(text, at + index, out var quote) && quote.Level <= level)
                return Math.Max(start, quote.Start);
        }

        return text.Length;
    }

    /// <returns>The position after the bracket that closes the one at <paramref name="start"/>, or the end of the string that contains the JSON.</returns>
    public static int EndOfContainer(ReadOnlySpan<byte> text, int start, int level)
    {
        var depth = 0;
        var inString = false;
        for (var at = start; text[at..].IndexOfAny(QuotesAndBrackets) is >= 0 and var index; at += index + 1)
        {
            var mark = at + index;
            if (JsonQuote.TryReadEndingAt(text, mark, out var quote))
            {
                if (quote.Level < level)
                    return quote.Start;
                inString ^= quote.Level == level;
            }
            else if (!inString && text[mark] != '2')
            {
                depth += text[mark] is (byte)'{' or (byte)'[' ? 1 : -1;
                if (depth == 0)
                    return mark + 1;
            }
        }

        return text.Length;
    }

    public static int EndOfLiteral(ReadOnlySpan<byte> text, int start)
    {
        var length = text[start..].IndexOfAny(EndsOfLiteral);
        return length < 0 ? text.Length : start + length;
    }

    /// <summary>Skips white space; in nested JSON, line breaks are <c>\n</c>.</summary>
    public static int SkipWhiteSpace(ReadOnlySpan<byte> text, int at, int level)
    {
        while (at < text.Length)
        {
            if (AsciiByte.IsWhiteSpace(text[at]))
                at++;
            else if (level > 0 && LengthOfEscapedSpace(text, at, level) is > 0 and var length)
                at += length;
            else
                break;
        }

        return at;
    }

    private static int LengthOfEscapedSpace(ReadOnlySpan<byte> text, int at, int level)
    {
        var backslashes = Math.Min(1 << (level - 1), text.Length - at - 1);
        return backslashes > 0
            && !text.Slice(at, backslashes).ContainsAnyExcept((byte)'\\')
            && text[at + backslashes] is (byte)'n' or (byte)'r' or (byte)'t'
            ? backslashes + 1
            : 0;
    }
}
