using System.Globalization;
using SpanRelay.DeadLetters;

namespace SpanRelay.Cli.DeadLetters;

/// <summary>A dead letter's state as a short text and a color.</summary>
/// <param name="Kind">For counts.</param>
internal sealed record LetterState(string Kind, string Text, string Color)
{
    public static LetterState From(ArchivedLetter letter, DateTimeOffset now) => letter switch
    {
        { Replayed: { Remark.Length: > 0 } mark } => new("replayed", $"replayed in part {Moment(mark.At)}", "yellow"),
        { Replayed: { } mark } => new("replayed", $"replayed {Moment(mark.At)}", "green"),
        { Problem.Length: > 0 } => new("with an unreadable record", "record unreadable", "red"),
        { IsIncident: true } => new("incidents", "incident", "blue"),
        { PayloadBytes: null } => new("without payload", "payload deleted", "grey"),
        { IsQuarantined: true } => new("quarantined, not redacted", "quarantined", "magenta"),
        { Summary: null } => new("not recorded", "not recorded", "yellow"),
        { Summary.Reason: DeadLetterReason.RefusedInPart } => new("accepted in part", "accepted in part", "yellow"),
        { Summary.ReplayableUntil: { } until } when until <= now => new("too old for Dynatrace", "too old for Dynatrace", "grey"),
        { Summary.ReplayableUntil: { } until } => new("replayable", $"replayable for {Duration(until - now)}", "green"),
        _ => new("replayable", "replayable", "green"),
    };

    public static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan span) => span.Duration() switch
    {
        { TotalMinutes: < 1 } => Whole(span.TotalSeconds, "s"),
        { TotalHours: < 2 } => Whole(span.TotalMinutes, "min"),
        { TotalDays: < 2 } => Whole(span.TotalHours, "h"),
        _ => Whole(span.TotalDays, "days"),
    };

    private static string Whole(double number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {unit}");
}
