using System.Globalization;
using SpanRelay.DeadLetters;
using SpanRelay.Doctor;
using SpanRelay.Watch;

namespace SpanRelay.Cli.Top;

/// <summary>The phrases that lines and the table have in common.</summary>
internal static class TopText
{
    private const int MostCauses = 5;

    public static readonly TimeSpan Short = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Rate(double? perSecond) => perSecond is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{rate:N1}/s") : "-/s";

    /// <summary>Lag and its age.</summary>
    public static string Waiting(RelayReading reading, RelayHistory history)
    {
        var lagging = reading.Partitions.Count(partition => partition.Waiting > 0);
        return history.OldestWaiting is { } age
            ? $"{Count(reading.Waiting)} in {lagging} of {reading.Partitions.Count} partitions, the oldest for at least {Duration(age)}"
            : $"0 in {reading.Partitions.Count} partitions";
    }

    public static string Readers(RelayReading reading) =>
        $"{reading.Readers} {(reading.Readers == 1 ? "instance reads" : "instances read")} {reading.Partitions.Count(partition => partition.IsOwned(reading.At))} of {reading.Partitions.Count} partitions";

    public static string Letters(RelayReading reading) => reading.Letters is not { } letters ? "not read" : string.Concat(
        letters.IsMore ? "more than " : "",
        Count(letters.Total),
        letters.Total == 0 ? "" : $" ({string.Join(", ", Causes(letters))})",
        letters.Quarantined == 0 ? "" : $", {Count(letters.Quarantined)} quarantined",
        reading.Unrecorded == 0 ? "" : $", about {Count(reading.Unrecorded)} to be recorded",
        reading.Poison == 0 ? "" : $", about {Count(reading.Poison)} could not be recorded");

    public static string Incident(OpenIncident incident) =>
        $"{incident.Title} [{incident.Cause}], since {Time(incident.Since)}. → {incident.NextStep}";

    public static string Problem(CheckResult problem) => $"{problem.Check}: {problem.Found}{(problem.NextStep is { } next ? $" → {next}" : "")}";

    public static string Time(DateTimeOffset time) => time.LocalDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan span) => span.TotalSeconds < 90
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(span.TotalHours):00}:{span:mm\\:ss}");

    private static IEnumerable<string> Causes(LetterCount letters)
    {
        foreach (var (cause, count) in letters.ByCause.OrderByDescending(each => each.Value).Take(MostCauses))
            yield return $"{Count(count)} × {cause}";
        if (letters.ByCause.Count > MostCauses)
            yield return $"{letters.ByCause.Count - MostCauses} more causes";
    }
}
