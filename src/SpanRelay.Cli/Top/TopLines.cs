using SpanRelay.Watch;
using Spectre.Console;

namespace SpanRelay.Cli.Top;

/// <summary>One line for each reading, and for each thing that is wrong.</summary>
internal sealed class TopLines(IAnsiConsole console) : ITopView
{
    public void Show(RelayReading reading, RelayHistory history)
    {
        // Bypasses the console, which would wrap lines.
        var writer = console.Profile.Out.Writer;
        var time = TopText.Time(reading.At);
        if (reading.Partitions.Count > 0)
            writer.WriteLine($"{time} received {Figures(history.Received, history, rates => rates.Received)}, settled {Figures(history.Settled, history, rates => rates.Settled)}, waiting {TopText.Waiting(reading, history)}; {TopText.Readers(reading)}; dead letters {TopText.Letters(reading)}");
        if (history.Expired > 0)
            writer.WriteLine($"{time} ! {TopText.Count(history.Expired)} events left the Event Hub at the end of their retention before they were settled");
        foreach (var incident in reading.Incidents)
            writer.WriteLine($"{time} ! incident: {TopText.Incident(incident)}");
        foreach (var problem in reading.Problems)
            writer.WriteLine($"{time} ! {TopText.Problem(problem)}");
    }

    private static string Figures(long total, RelayHistory history, Func<(double Received, double Settled), double> pick)
    {
        var rates = from window in (TimeSpan[])[TopText.Short, TopText.Long]
                    select TopText.Rate(history.RatesOver(window) is { } known ? pick(known) : null);
        return $"{TopText.Count(total)} ({string.Join(" over 10 s, ", rates)} over 1 min)";
    }
}
