using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace SpanRelay.Cli.Redact;

/// <summary>Prints one JSON object.</summary>
internal sealed class JsonView(IAnsiConsole console) : IRedactionView
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // For a terminal or a file, not for a page.
    };

    public void ShowProblems(IReadOnlyList<string> problems) => Write(new { refused = true, problems });

    public void Show(RedactionPreview preview) => Write(new
    {
        refused = false,
        preview.Spans,
        preview.Changes,
        preview.Rules,
        preview.AttributesAdded,
        preview.UnknownFieldsRemoved,
        preview.BytesBefore,
        preview.BytesAfter,
    });

    // Bypasses the console, which would wrap lines at the terminal's width.
    private void Write<T>(T result) => console.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(result, Format));
}
