using System.Globalization;
using SpanRelay.Redaction;
using Spectre.Console;

namespace SpanRelay.Cli.Redact;

/// <summary>Prints a table of changes, a table of rules and the totals.</summary>
internal sealed class TextView(IAnsiConsole console) : IRedactionView
{
    private const int LongestText = 60;

    public void ShowProblems(IReadOnlyList<string> problems)
    {
        console.WriteLine("Refused: nothing of this payload would be sent.", new Style(Color.Red));
        foreach (var problem in problems)
            console.WriteLine($"- {OneLine.From(problem, 500)}");
    }

    public void Show(RedactionPreview preview)
    {
        if (preview.Changes.Count > 0)
        {
            console.Write(Changes(preview));
            console.Write(Rules(preview));
        }

        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{preview.Spans:N0} spans, {preview.Changes.Count:N0} changes, {preview.AttributesAdded:N0} of them attributes added, {preview.UnknownFieldsRemoved:N0} unknown fields removed; {preview.BytesBefore:N0} bytes before, {preview.BytesAfter:N0} after. Nothing was sent."));
    }

    private static Table Changes(RedactionPreview preview)
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumns(new TableColumn("where"), new TableColumn("what"), new TableColumn("rule").NoWrap(), new TableColumn("before"), new TableColumn("after"));
        foreach (var change in preview.Changes)
        {
            table.AddRow(
                new Text(change.Span is null ? change.Where : $"{change.Where} {Short(change.Span)}"),
                new Text(Short(change.What)),
                new Text(change.Rule),
                change.Before is null ? new Markup("[green]added[/]") : new Text(Short(change.Before)),
                change.After is null ? new Markup("[red]dropped[/]") : new Text(Short(change.After)));
        }

        return table;
    }

    private static Table Rules(RedactionPreview preview)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns(new TableColumn("rule"), new TableColumn("times").RightAligned());
        foreach (var (rule, times) in preview.Rules)
            table.AddRow(new Text(rule), new Text(times.ToString("N0", CultureInfo.InvariantCulture)));
        return table;
    }

    private static string Short(string text) => OneLine.From(text, LongestText);
}
