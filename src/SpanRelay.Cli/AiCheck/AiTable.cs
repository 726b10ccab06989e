using System.Globalization;
using SpanRelay.GenAi.Contract;
using Spectre.Console;

namespace SpanRelay.Cli.AiCheck;

/// <summary>Prints which views of the AI Observability app work.</summary>
internal static class AiTable
{
    public static void Write(IAnsiConsole console, AiVerdict verdict)
    {
        if (verdict.Views.Count > 0)
            console.Write(Table(verdict));
        console.WriteLine(Summary(verdict), new Style(verdict.Passes ? Color.Green : Color.Red));
        if (verdict.Passes)
            console.WriteLine("Latency charts also need the metric gen_ai.client.operation.duration, and cost charts gen_ai.client.token.usage: spans alone do not fill them.");
    }

    /// <summary>The verdict in one line.</summary>
    public static string Summary(AiVerdict verdict)
    {
        if (verdict.ModelCalls == 0)
            return $"✗ AI Observability stays empty: none of {Count(verdict.Spans, "span")} is a model call.";
        var missing = verdict.Views.Where(view => view.IsRequired && (verdict.Passes || view.IsEmpty)).SelectMany(view => view.Missing)
            .GroupBy(key => key.Key).Select(keys => $"{keys.Key} on {Count(keys.Sum(key => key.Spans))}").ToList();
        var spans = $"{Count(verdict.ModelCalls, "model call")} in {Count(verdict.Spans, "span")}";
        if (!verdict.Passes)
            return $"✗ Views of AI Observability stay empty: {spans}; missing: {string.Join(", ", missing)}.";
        return $"✓ AI Observability works: {spans}{(missing.Count == 0 ? ", with everything that it requires." : $"; in part without {string.Join(", ", missing)}.")}";
    }

    private static Table Table(AiVerdict verdict)
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumns(new TableColumn("service"), new TableColumn("spans"), new TableColumn("view"), new TableColumn("works"), new TableColumn("missing"));
        foreach (var view in verdict.Views)
        {
            table.AddRow(
                new Text(OneLine.From(view.Service, 60)),
                new Text($"{Count(view.Spans)} × {view.Kind}"),
                new Text(view.Name),
                Works(view),
                new Text(string.Join(", ", view.Missing.Select(key => $"{key.Key} on {Count(key.Spans)} of {Count(key.OfSpans)}"))));
        }

        return table;
    }

    private static Markup Works(AiView view)
    {
        if (view.Missing.Count == 0)
            return new Markup("[green]yes[/]");
        return view.IsEmpty ? new Markup(view.IsRequired ? "[red]no[/]" : "[yellow]no[/]") : new Markup("[yellow]in part[/]");
    }

    private static string Count(int count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
