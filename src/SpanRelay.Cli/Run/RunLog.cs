using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using SpanRelay.Local.Host;
using SpanRelay.Pipeline;
using Spectre.Console;

namespace SpanRelay.Cli.Run;

/// <summary>What a run shows while it stays up: a short line for each batch, dead letter and trouble. Plain where there is no terminal.</summary>
internal sealed partial class RunLog(IAnsiConsole console, TimeProvider time)
{
    private const int LongestLine = 150;
    private const int MostTroubles = 1_000;

    private readonly ConcurrentDictionary<string, bool> _shown = new();

    /// <summary>One batch.</summary>
    public void Show(RelayReport report)
    {
        var parts = new List<string> { $"{Count(report.Events)} {(report.Events == 1 ? "event" : "events")}", $"{Count(report.SpansDelivered)} spans delivered" };
        if (report.SpansDeadLettered > 0)
            parts.Add($"{Count(report.SpansDeadLettered)} dead-lettered");
        if (report.UndecodableEvents > 0)
            parts.Add($"{Count(report.UndecodableEvents)} quarantined");
        if (!report.IsSettled)
            parts.Add($"{Count(report.SpansHeld + report.UndecodableHeld)} held, to be redelivered");
        var isBad = report.SpansDeadLettered + report.UndecodableEvents > 0;
        Show(isBad ? '✗' : report.IsSettled ? '✓' : '!', string.Join(", ", parts), isBad ? Color.Red : report.IsSettled ? Color.Green : Color.Yellow);
    }

    /// <summary>A line of the function app's log. Warnings and errors are shown once: they repeat while something is held.</summary>
    public void Show(WorkerOutput output)
    {
        if (output.EventName is LogEvents.DeadLetterRecorded or LogEvents.IncidentOpen or LogEvents.IncidentOver && Recorded.Match(output.Line) is { Success: true } recorded)
        {
            if (_shown.Count < MostTroubles && _shown.TryAdd(output.Line, true))
                Show('•', $"{NameOf(output.EventName)} {recorded.Groups["cause"].Value}: {recorded.Groups["id"].Value}", Color.Aqua);
        }
        else if (output.Level >= LogLevel.Warning && _shown.Count < MostTroubles && _shown.TryAdd(string.Concat(output.Line.Where(c => !char.IsAsciiDigit(c))), true))
            Show('!', output.Line, output.IsError ? Color.Red : Color.Yellow);
    }

    private void Show(char mark, string text, Color color)
    {
        var width = Math.Min(LongestLine, console.Profile.Width);
        console.WriteLine(OneLine.From(string.Create(CultureInfo.InvariantCulture, $"{time.GetLocalNow():HH:mm:ss} {mark} {text}"), width), new Style(color));
    }

    private static string NameOf(string name) => name switch
    {
        LogEvents.DeadLetterRecorded => "dead letter",
        LogEvents.IncidentOpen => "incident",
        _ => "incident over,",
    };

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    [GeneratedRegex("^[A-Za-z ]+: id=(?<id>[A-Za-z0-9-]+) cause=(?<cause>[a-z-]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Recorded { get; }
}
