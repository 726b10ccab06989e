using System.Globalization;
using System.Text;

namespace SpanRelay;

/// <summary>
/// Makes text from outside safe for a log, a record or a terminal: one line without control characters, cut to a limit. A name,
/// an answer or a blob must not look like a line of ours.
/// </summary>
public static class OneLine
{
    private const char Cut = '…';

    /// <summary>
    /// Replaces white space and everything that cannot be seen by single spaces: control and format characters (with them the
    /// ones that change the direction of text), separators, lone surrogates, and what Unicode does not define.
    /// </summary>
    /// <param name="text">Null counts as empty: JSON may hold it where a text belongs.</param>
    /// <param name="maxLength">In UTF-16 characters, including the … that replaces the rest.</param>
    public static string From(string? text, int maxLength)
    {
        var line = new StringBuilder(Math.Min(text?.Length ?? 0, maxLength + 1));
        foreach (var rune in (text ?? "").AsSpan().TrimEnd().EnumerateRunes()) // A lone surrogate becomes U+FFFD.
        {
            if (IsVisible(rune))
                line.Append(rune);
            else if (line.Length > 0 && line[^1] != ' ')
                line.Append(' ');
            if (line.Length > maxLength)
                return WithMark(line, maxLength);
        }

        return line.ToString().TrimEnd();
    }

    /// <summary>In quotes, so that it can be told from the text around it. Quotes and backslashes in it are escaped.</summary>
    /// <param name="text">Null counts as empty.</param>
    /// <param name="maxLength">Maximum length of the text, without quotes and escapes.</param>
    public static string Quoted(string? text, int maxLength) =>
        $"\"{From(text, maxLength).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>Whether it is one line of visible characters and spaces, and within the limit.</summary>
    public static bool Is(string text, int maxLength)
    {
        if (text.Length > maxLength)
            return false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value != ' ' && !IsVisible(rune))
                return false;
        }

        return true;
    }

    private static string WithMark(StringBuilder line, int maxLength)
    {
        line.Length = Math.Max(0, maxLength - 1);
        if (line.Length > 0 && char.IsHighSurrogate(line[^1]))
            line.Length--;
        return line.Append(Cut).ToString();
    }

    private static bool IsVisible(Rune rune) => rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
