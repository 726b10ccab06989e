using System.Numerics;

namespace SpanRelay.Redaction.Detectors.Json;

/// <summary>
/// A quotation mark in JSON, and how deep it is nested: 0 for one of the text itself, 1 for one of JSON inside a string of
/// it, which is written <c>\"</c> or <c>\u0022</c>, and so on.
/// </summary>
/// <param name="Start">Its first byte, a backslash where it is escaped.</param>
/// <param name="End">The position after it.</param>
/// <param name="Level">How often it is escaped.</param>
internal readonly record struct JsonQuote(int Start, int End, int Level)
{
    private const int MostBackslashes = 15; // before a quote nested four deep

    private static ReadOnlySpan<byte> CodePoint => "u0022"u8;

    /// <param name="text">JSON, perhaps malformed.</param>
    /// <param name="at">Where a quotation mark, or the last byte of <c>\u0022</c>, may stand.</param>
    /// <param name="quote">The quotation mark there.</param>
    public static bool TryReadEndingAt(ReadOnlySpan<byte> text, int at, out JsonQuote quote)
    {
        if (text[at] == '"')
        {
            quote = Plain(text, at);
            return true;
        }

        var start = at + 1 - CodePoint.Length;
        if (text[at] == '2' && start > 0 && text[start - 1] == '\\' && text[start..].StartsWith(CodePoint))
        {
            quote = Escaped(text, start);
            return true;
        }

        quote = default;
        return false;
    }

    /// <param name="text">JSON, perhaps malformed.</param>
    /// <param name="at">Where a quotation mark, or the backslashes before it, may start.</param>
    /// <param name="quote">The quotation mark there.</param>
    public static bool TryReadStartingAt(ReadOnlySpan<byte> text, int at, out JsonQuote quote)
    {
        var mark = at;
        while (mark < text.Length && mark - at <= MostBackslashes && text[mark] == '\\')
            mark++;

        quote = default;
        if (mark == text.Length)
            return false;
        if (text[mark] == 'u' && mark > at && text[mark..].StartsWith(CodePoint))
            quote = Escaped(text, mark);
        else if (text[mark] == '"')
            quote = Plain(text, mark);
        return quote.End > 0 && quote.Start == at;
    }

    /// <summary>Each level escapes the backslashes again, so that their number plus one doubles: the level is how often it can be halved.</summary>
    private static JsonQuote Plain(ReadOnlySpan<byte> text, int mark)
    {
        var level = BitOperations.TrailingZeroCount(~Backslashes(text, mark));
        return new(mark - ((1 << level) - 1), mark + 1, level);
    }

    /// <summary><c>\u0022</c> in the first nested JSON, <c>\\u0022</c> in JSON nested in that, and twice as many backslashes each level on.</summary>
    private static JsonQuote Escaped(ReadOnlySpan<byte> text, int mark)
    {
        var backslashes = Backslashes(text, mark);
        return new(mark - backslashes, mark + CodePoint.Length, backslashes == 0 ? 0 : BitOperations.Log2((uint)backslashes) + 1);
    }

    private static int Backslashes(ReadOnlySpan<byte> text, int mark)
    {
        var start = mark;
        while (start > 0 && mark - start < MostBackslashes && text[start - 1] == '\\')
            start--;
        return mark - start;
    }
}
