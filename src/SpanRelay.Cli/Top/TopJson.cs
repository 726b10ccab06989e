using System.Text.Json;
using SpanRelay.Watch;
using Spectre.Console;

namespace SpanRelay.Cli.Top;

/// <summary>One line of JSON for each reading.</summary>
internal sealed class TopJson(IAnsiConsole console) : ITopView
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    // Bypasses the console, which would wrap lines.
    public void Show(RelayReading reading, RelayHistory history) => console.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(
        new
        {
            reading.At,
            history.Since,
            history.Received,
            history.Settled,
            reading.Waiting,
            history.Expired,
            oldestWaitingSeconds = history.OldestWaiting?.TotalSeconds,
            receivedPerSecond = new { over10Seconds = history.RatesOver(TopText.Short)?.Received, overMinute = history.RatesOver(TopText.Long)?.Received },
            settledPerSecond = new { over10Seconds = history.RatesOver(TopText.Short)?.Settled, overMinute = history.RatesOver(TopText.Long)?.Settled },
            reading.Readers,
            partitions = reading.Partitions.Select(partition => new { partition.Id, partition.Last, partition.Settled, partition.Waiting, partition.LastAt, partition.SettledAt, reader = partition.IsOwned(reading.At) ? partition.Owner : null }),
            deadLetters = reading.Letters is not { } letters ? null : new
            {
                count = letters.Total,
                letters.Spans,
                letters.Quarantined,
                letters.ByCause,
                letters.IsMore,
                newest = letters.Newest.Select(letter => new { letter.Id, letter.At, letter.Summary?.Cause }),
                unrecorded = reading.Unrecorded,
                poison = reading.Poison,
            },
            reading.Incidents,
            problems = reading.Problems.Select(problem => new { problem.Check, problem.Found, problem.NextStep }),
        },
        Format));
}
