using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SpanRelay.Deploy;

/// <summary>A file of settings in the form that azd reads, for this user only.</summary>
internal static partial class EnvironmentFile
{
    /// <summary>JSON without escapes that a file of settings does not need.</summary>
    public static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads lines of <c>NAME=value</c>, as azd and others write them: plain, in single quotes, or in double quotes with escapes.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Read(string text)
    {
        foreach (var line in text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var end = line.IndexOf('=', StringComparison.Ordinal);
            if (end > 0)
                yield return KeyValuePair.Create(line[..end].Trim(), Unquoted(line[(end + 1)..].Trim()));
        }
    }

    public static void Write(string path, IReadOnlyDictionary<string, string> values)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) // There, the folders of a user are theirs alone.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, new UTF8Encoding(false), options);
        writer.NewLine = "\n";
        foreach (var (name, value) in values.OrderBy(value => value.Key, StringComparer.Ordinal))
            writer.WriteLine($"{name}={Quoted(value)}");
    }

    // In single quotes nothing is replaced; a value that holds some is escaped in double quotes.
    private static string Quoted(string value) => value.AsSpan().IndexOfAny('\'', '\n', '\r') < 0
        ? $"'{value}'"
        : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";

    private static string Unquoted(string value) => value switch
    {
        ['\'', .. var inner, '\''] => inner,
        ['"', .. var inner, '"'] => Escape.Replace(inner, match => match.Groups[1].Value switch { "n" => "\n", "r" => "\r", var other => other }),
        _ => value,
    };

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape { get; }
}
