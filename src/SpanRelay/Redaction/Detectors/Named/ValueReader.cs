using System.Buffers;
using SpanRelay.Redaction.Detectors.Json;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Named;

/// <summary>Reads the value after a separator: in quotes of any notation, or bare up to its delimiter.</summary>
internal static class ValueReader
{
    private const int LongestName = 40;
    private const int MostBackslashes = 15;

    private static readonly SearchValues<byte> MayEndRun = SearchValues.Create(" \t\r\n\0\e\"'`,;&<>)]}|\\%"u8);
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n\"'`\\\e\0<"u8);

    public static int SkipSpace(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t')
            at++;
        return at;
    }

    /// <summary>A value in quotes: JSON's at any level, single quotes, backticks, three of them, with a prefix as in <c>b'…'</c>, as XML entity or percent-encoded.</summary>
    /// <param name="inside">The text between the quotes; up to the end of the text or line if it is truncated.</param>
    public static bool TryReadQuoted(ReadOnlySpan<byte> text, int at, out Hit inside)
    {
        at += LengthOfPrefix(text[at..]);
        if (JsonQuote.TryReadStartingAt(text, at, out var quote))
        {
            inside = text[quote.End..].StartsWith("\"\""u8) && text[quote.Start] == '"'
                ? Between(text, quote.End + 2, "\"\"\""u8)
                : Hit.Between(quote.End, JsonValue.EndOfString(text, quote.End, quote.Level));
            return true;
        }

        inside = default;
        var rest = text[at..];
        var backslashes = rest[..Math.Min(rest.Length, MostBackslashes)].IndexOfAnyExcept((byte)'\\');
        if (backslashes >= 0 && rest[backslashes] is (byte)'\'' or (byte)'`')
            inside = BetweenSingle(text, at + backslashes, backslashes);
        else if (TryReadEntity(rest, out var entity))
            inside = Between(text, at + entity.Length, entity);
        return inside.Start > 0;
    }

    /// <summary>Where a bare value ends.</summary>
    /// <param name="isParameter">Whether it is in a URL's query or a form, where an ampersand ends it.</param>
    /// <param name="isEncoded">Whether its separator is percent-encoded, so that an encoded delimiter ends it.</param>
    public static int EndOfRun(ReadOnlySpan<byte> text, int start, bool isParameter, bool isEncoded)
    {
        for (var at = start; text[at..].IndexOfAny(MayEndRun) is >= 0 and var index; at++)
        {
            at += index;
            if (EndsRun(text, at, isParameter, isEncoded))
                return at;
            if (text[at] == '\\')
                at = EndOfBackslashes(text, at);
        }

        return text.Length;
    }

    /// <returns>The end of the line, or of the quotes around the whole line.</returns>
    public static int EndOfLine(ReadOnlySpan<byte> text, int start)
    {
        for (var at = start; text[at..].IndexOfAny(LineEnds) is >= 0 and var index; at++)
        {
            at += index;
            if (text[at] != '\\' || EndsRun(text, at, isParameter: false, isEncoded: false))
                return at;
        }

        return text.Length;
    }

    private static bool EndsRun(ReadOnlySpan<byte> text, int at, bool isParameter, bool isEncoded)
    {
        var next = at + 1 < text.Length ? text[at + 1] : (byte)' ';
        return text[at] switch
        {
            (byte)'&' => isParameter || AsciiByte.IsWhiteSpace(next) || next == '&' || IsEntity(text[at..]) || StartsAssignment(text, at + 1),
            (byte)',' or (byte)'|' => !IsValueByte(next) || StartsAssignment(text, at + 1),
            (byte)')' or (byte)']' or (byte)'}' => !AsciiByte.IsLetterOrDigit(next),
            (byte)'\\' => EndsRunEscaped(text, at),
            (byte)'%' => isEncoded && IsEncodedDelimiter(text[at..]),
            _ => true,
        };
    }

    private static bool IsValueByte(byte value) => AsciiByte.IsLetterOrDigit(value) || value is (byte)'_' or (byte)'-' or (byte)'!' or (byte)'@' or (byte)'#' or (byte)'$' or (byte)'*' or (byte)'.' or (byte)'/' or (byte)'+' or >= 0x80;

    private static bool IsEntity(ReadOnlySpan<byte> text) => text.StartsWith("&amp;"u8) || text.StartsWith("&quot;"u8) || text.StartsWith("&lt;"u8) || text.StartsWith("&gt;"u8) || text.StartsWith("&#"u8);

    private static bool IsEncodedDelimiter(ReadOnlySpan<byte> text) =>
        text.StartsWith("%26"u8) || text.StartsWith("%20"u8) || text.StartsWith("%22"u8) || text.StartsWith("%27"u8) || text.StartsWith("%3B"u8) || text.StartsWith("%2C"u8) || text.StartsWith("%7D"u8) || text.StartsWith("%0"u8);

    /// <summary>A name and an equals sign or colon: the next value's.</summary>
    private static bool StartsAssignment(ReadOnlySpan<byte> text, int at)
    {
        var end = Alphabet.DottedBase64Url.EndOfRun(text[..Math.Min(text.Length, at + LongestName)], at);
        return end > at && end < text.Length && text[end] is (byte)'=' or (byte)':' && !AsciiByte.IsDigit(text[at]);
    }

    private static int EndOfBackslashes(ReadOnlySpan<byte> text, int at)
    {
        while (at + 1 < text.Length && text[at + 1] == '\\')
            at++;
        return at;
    }

    /// <summary>An escaped quote, line break or delimiter; other backslashes are part of the value.</summary>
    private static bool EndsRunEscaped(ReadOnlySpan<byte> text, int at)
    {
        var end = EndOfBackslashes(text, at) + 1;
        if (end >= text.Length)
            return true;
        if (text[end] == 'u' && JsonEscape.TryRead(text, end - 1, out var value, out _))
            return value is <= (byte)' ' or (byte)'"' or (byte)'\'' or (byte)'&' or (byte)'<' or (byte)'>';
        return text[end] is (byte)'n' or (byte)'r' or (byte)'t' or (byte)'"' or (byte)'\'';
    }

    private static int LengthOfPrefix(ReadOnlySpan<byte> text)
    {
        var letters = 0;
        while (letters < 2 && letters < text.Length && (text[letters] | 0x20) is 'b' or 'r' or 'f' or 'u' || (letters < text.Length && letters < 2 && text[letters] is (byte)'@' or (byte)'$' or (byte)'&'))
            letters++;
        return letters > 0 && letters < text.Length && text[letters] is (byte)'"' or (byte)'\'' ? letters : 0;
    }

    private static Hit BetweenSingle(ReadOnlySpan<byte> text, int quote, int backslashes)
    {
        var mark = text[quote];
        var start = quote + 1;
        if (text[start..].StartsWith([mark, mark]))
            return Between(text, start + 2, [mark, mark, mark]);

        for (var at = start; text[at..].IndexOfAny(mark, (byte)'\n') is >= 0 and var index; at++)
        {
            at += index;
            var before = at;
            while (before > start && at - before < MostBackslashes && text[before - 1] == '\\')
                before--;
            if (text[at] == '\n' || (at - before <= backslashes && !IsDoubled(text, at, start)))
                return Hit.Between(start, at - before <= backslashes ? before : at);
            if (at - before <= backslashes)
                at++;
        }

        return Hit.Between(start, text.Length);
    }

    private static bool IsDoubled(ReadOnlySpan<byte> text, int at, int start) =>
        at > start && at + 1 < text.Length && text[at + 1] == text[at];

    private static Hit Between(ReadOnlySpan<byte> text, int start, ReadOnlySpan<byte> end)
    {
        var length = text[start..].IndexOf(end);
        return new(start, length < 0 ? text.Length - start : length);
    }

    private static bool TryReadEntity(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> entity)
    {
        entity = text.StartsWith("&quot;"u8) ? "&quot;"u8
            : text.StartsWith("&#34;"u8) ? "&#34;"u8
            : text.StartsWith("&#39;"u8) ? "&#39;"u8
            : text.StartsWith("&apos;"u8) ? "&apos;"u8
            : text.StartsWith("%22"u8) ? "%22"u8
            : text.StartsWith("%27"u8) ? "%27"u8
            : [];
        return !entity.IsEmpty;
    }
}
