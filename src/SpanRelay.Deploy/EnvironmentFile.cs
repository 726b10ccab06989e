using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SpanRelay.Deploy;

/// <summary>A file of settings in the form that azd reads, for this user only.</summary>
internal static class EnvironmentFile
{
    /// <summary>JSON without escapes that a file of settings does not need.</summary>
    public static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

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
}
