using SpanRelay.DeadLetters;

namespace SpanRelay.Watch;

/// <summary>An incident that was reported within the last minutes, and not its end.</summary>
/// <param name="Id">For <c>spanrelay dead-letters show</c>.</param>
/// <param name="Cause">The diagnosis's code.</param>
public sealed record OpenIncident(string Id, string Cause, string Title, string NextStep, DateTimeOffset Since)
{
    private const int MaxText = 1_000;

    /// <param name="record">Null where it cannot be read.</param>
    internal static OpenIncident From(ArchivedLetter letter, DeadLetterRecord? record) => new(
        letter.Id,
        letter.Summary!.Cause,
        OneLine.From(record?.Diagnosis.Title ?? letter.Summary.Cause, MaxText),
        OneLine.From(record?.Diagnosis.NextStep ?? $"spanrelay dead-letters show {letter.Id}", MaxText),
        record?.Letter.Incident?.Since ?? letter.At);
}
