using System.Globalization;
using SpanRelay.DeadLetters;

namespace SpanRelay.Cli.DeadLetters;

/// <summary>Where a letter stands, in a few words and a color.</summary>
/// <param name="Kind">For counts.</param>
internal sealed record LetterState(string Kind, string Text, string Color)
{
    public static LetterState Of(ArchivedLetter letter, DateTimeOffset now) => letter switch
    {
        { Payload.Replayed: { Remark.Length: > 0 } mark } => new("replayed", $"replayed in part {Moment(mark.At)}", "yellow"),
        { Payload.Replayed: { } mark } => new("replayed", $"replayed {Moment(mark.At)}", "green"),
        { IsIncident: true } => new("incidents", "incident", "blue"),
        { Payload: null } => new("without payload", "its payload is gone", "grey"),
        { IsQuarantined: true } => new("in the quarantine, not redacted", "quarantined", "magenta"),
        { Summary: null } => new("not recorded", "not recorded", "yellow"),
        { Summary.Reason: DeadLetterReason.RefusedInPart } => new("taken in part", "taken in part", "yellow"),
        { Summary.ReplayableUntil: { } until } when until <= now => new("too old for Dynatrace", "too old for Dynatrace", "grey"),
        { Summary.ReplayableUntil: { } until } => new("to be replayed", $"replayable for {Duration(until - now)}", "green"),
        _ => new("to be replayed", "to be replayed", "green"),
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
