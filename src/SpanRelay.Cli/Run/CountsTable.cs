using System.Globalization;
using SpanRelay.Pipeline;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SpanRelay.Cli.Run;

/// <summary>The counts of a run as a table.</summary>
internal static class CountsTable
{
    public static IRenderable Create(long eventsReceived, RelayReport total, int failedInvocations)
    {
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("what").AddColumn(new TableColumn("count").RightAligned());
        table.AddRow("events received by the Event Hub", Count(eventsReceived));
        table.AddRow("events forwarded", Count(total.Events));
        table.AddRow("spans delivered", Count(total.SpansDelivered));
        if (total.SpansDeadLettered + total.UndecodableEvents > 0)
            table.AddRow("[red]spans dead-lettered, unreadable events quarantined[/]", $"[red]{Count(total.SpansDeadLettered)}, {Count(total.UndecodableEvents)}[/]");
        if (failedInvocations > 0)
            table.AddRow("[yellow]failed invocations, redelivered[/]", $"[yellow]{Count(failedInvocations)}[/]");
        table.AddRow("attributes removed", Count(total.AttributesRemoved));
        table.AddRow("requests to Dynatrace", Count(total.Requests));
        table.AddRow("bytes received from the gateway", Count(total.BytesIn));
        table.AddRow("bytes sent, redacted and compressed", Count(total.BytesOut));
        table.AddRow("age of the oldest span when sent", total.OldestSpanSeconds is { } age ? $"{Count(age)} s" : "-");
        return table;
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
