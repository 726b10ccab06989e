using SpanRelay.Buffers;

namespace SpanRelay.Redaction;

/// <summary>Replaces the literals of a database statement by <c>?</c>: quoted texts, numbers, comments.</summary>
internal static class StatementText
{
    /// <returns>Whether anything was replaced; otherwise nothing was written.</returns>
    public static bool TryRedact(ReadOnlySpan<byte> statement, PooledBuffer output)
    {
        var start = output.Length;
        var isFound = false;
        for (var at = 0; at < statement.Length;)
        {
            var end = EndOfLiteral(statement, at);
            if (end > at)
            {
                output.Append((byte)'?');
                isFound |= !statement[at..end].SequenceEqual("?"u8);
            }
            else
            {
                end = EndOfWord(statement, at);
                output.Append(statement[at..end]);
            }

            at = end;
        }

        if (!isFound)
            output.Truncate(start);
        return isFound;
    }

    /// <returns>Where the literal at <paramref name="at"/> ends; <paramref name="at"/> when there is none.</returns>
    private static int EndOfLiteral(ReadOnlySpan<byte> text, int at) => text[at] switch
    {
        (byte)'\'' or (byte)'"' => EndOfQuoted(text, at),
        (byte)'-' when text[at..].StartsWith("--"u8) => EndAfter(text, at + 2, "\n"u8, keeps: true),
        (byte)'/' when text[at..].StartsWith("/*"u8) => EndAfter(text, at + 2, "*/"u8, keeps: false),
        (byte)'$' when text[at..].StartsWith("$$"u8) => EndAfter(text, at + 2, "$$"u8, keeps: false),
        >= (byte)'0' and <= (byte)'9' => EndOfWord(text, at),
        _ => at,
    };

    private static int EndOfQuoted(ReadOnlySpan<byte> text, int at)
    {
        var quote = text[at++];
        while (at < text.Length)
        {
            if (text[at] == '\\')
                at++;
            else if (text[at] == quote && (at + 1 == text.Length || text[at + 1] != quote))
                return at + 1;
            else if (text[at] == quote)
                at++;
            at++;
        }

        return text.Length;
    }

    private static int EndAfter(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> mark, bool keeps)
    {
        var index = text[at..].IndexOf(mark);
        return index < 0 ? text.Length : at + index + (keeps ? 0 : mark.Length);
    }

    private static int EndOfWord(ReadOnlySpan<byte> text, int at)
    {
        var isNumber = text[at] is >= (byte)'0' and <= (byte)'9';
        var end = at + 1;
        if (!IsWord(text[at]))
            return end;
        while (end < text.Length && (IsWord(text[end]) || (isNumber && text[end] == '.')))
            end++;
        return end;
    }

    private static bool IsWord(byte value) =>
        value is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (byte)'_' or >= 0x80;
}
