using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using SpanRelay.Otlp;

namespace SpanRelay.Diagnosis;

/// <summary>Recognizes text that is not JSON, by its first lines.</summary>
internal static partial class TextClassifier
{
    private const int Looked = 4 * 1024;
    private const int MostLines = 5;
    private const int FewestColumns = 3;

    public static bool HasControls(ReadOnlySpan<byte> bytes) => bytes.ContainsAnyInRange((byte)0x00, (byte)0x08);

    public static bool IsText(ReadOnlySpan<byte> content)
    {
        // The end may have cut a character.
        var end = content.Length;
        while (end > 0 && content.Length - end < 3 && content[end - 1] >= 0x80)
            end--;
        return !content.IsEmpty && (Utf8.IsValid(content) || Utf8.IsValid(content[..end])) && !HasControls(content);
    }

    /// <summary>Null for text without a mark.</summary>
    public static Cause? Find(ReadOnlySpan<byte> content)
    {
        var start = Encoding.UTF8.GetString(OtlpJson.WithoutMark(content[..Math.Min(content.Length, Looked)]));
        var lines = start.Split('\n', MostLines + 1, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return start switch
        {
            _ when HtmlStart.IsMatch(start) => CauseCatalog.HtmlPage,
            _ when XmlStart.IsMatch(start) => CauseCatalog.Xml,
            _ when JsonScalar.IsMatch(start.TrimEnd()) => CauseCatalog.JsonValue,
            _ when Form.IsMatch(start.TrimEnd()) => CauseCatalog.Form,
            _ when lines.Any(PrometheusComment.IsMatch) || lines.Length > 1 && lines[..^1].All(PrometheusSample.IsMatch) => CauseCatalog.Prometheus,
            _ when lines.All(StatsdLine.IsMatch) => CauseCatalog.Statsd,
            _ when SyslogStart.IsMatch(start) => CauseCatalog.Syslog,
            _ when IsTable(lines) => CauseCatalog.Csv,
            _ => null,
        };
    }

    /// <summary>At least two lines with the same number of columns, none of which is prose.</summary>
    private static bool IsTable(string[] lines)
    {
        if (lines.Length < 2)
            return false;

        var columns = lines[0].Count(letter => letter == ',') + 1;
        return columns >= FewestColumns && !lines[0].Contains(", ", StringComparison.Ordinal)
            && lines.Take(Math.Max(2, lines.Length - 1)).All(line => line.Count(letter => letter == ',') + 1 == columns);
    }

    [GeneratedRegex(@"^<(!doctype\s+html|html|head|body)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HtmlStart { get; }

    [GeneratedRegex(@"^<(\?xml\s|[A-Za-z_][\w:.-]*(\s+[\w:.-]+\s*=|\s*/?>))", RegexOptions.CultureInvariant)]
    private static partial Regex XmlStart { get; }

    [GeneratedRegex(@"^(null|true|false|-?\d+(\.\d+)?([eE][+-]?\d+)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex JsonScalar { get; }

    [GeneratedRegex(@"^[\w.%+*\[\]-]+=[\w.%+*~-]*(&[\w.%+*\[\]-]+=[\w.%+*~-]*)+$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Form { get; }

    [GeneratedRegex(@"^# (HELP|TYPE) [a-zA-Z_:][\w:]* ", RegexOptions.CultureInvariant)]
    private static partial Regex PrometheusComment { get; }

    [GeneratedRegex(@"^[a-zA-Z_:][\w:]*\{[^}]*\} [-+\w.]+( \d+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex PrometheusSample { get; }

    [GeneratedRegex(@"^[\w.\-/]+:[-+]?[\d.]+\|(c|g|ms|h|s|d)(\|[@#].*)*$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex StatsdLine { get; }

    [GeneratedRegex(@"^<\d{1,3}>(\d+ \d{4}-\d\d-\d\dT|1 - |[A-Z][a-z]{2} [ \d]\d \d\d:)", RegexOptions.CultureInvariant)]
    private static partial Regex SyslogStart { get; }
}
