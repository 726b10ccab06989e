using System.Globalization;
using System.Text;

namespace SpanRelay.Cli.Page;

/// <summary>Numbers, times and texts from outside, for people.</summary>
internal static class Figures
{
    private const int LongestName = 160;
    private const int LongestValue = 2_000;

    public static string Rate(double perSecond) => perSecond.ToString(perSecond < 10 ? "0.#" : "N0", CultureInfo.InvariantCulture);

    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.##} GB"),
    };

    public static string Milliseconds(double milliseconds) => milliseconds < 10
        ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.#} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{milliseconds:N0} ms");

    public static string Clock(DateTimeOffset time) => time.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Plural(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>A sender's name for something.</summary>
    public static string Name(string text) => OneLine.From(text, LongestName) is { Length: > 0 } name ? name : "(no name)";

    /// <summary>A sender's value: lines stay lines, and nothing in it turns the direction of what follows.</summary>
    public static string Value(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= LongestValue)
                return shown.Append(CultureInfo.InvariantCulture, $"… ({text.Length:N0} characters)").ToString();
            shown.Append(rune.Value is '\n' or '\t' || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format) ? rune.ToString() : "\uFFFD");
        }

        return shown.ToString();
    }
}
