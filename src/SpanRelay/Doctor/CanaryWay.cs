using System.Globalization;
using SpanRelay.DeadLetters;

namespace SpanRelay.Doctor;

/// <summary>Finds the canary's span on its way.</summary>
/// <param name="query">Null without a token for it.</param>
internal sealed class CanaryWay(HubReader hub, DeadLetterArchive archive, SpanQuery? query, TimeProvider time)
{
    private const string Check = "canary";
    private const int MostLetters = 1_000;
    private const int MostNeighbors = 20;

    private static readonly TimeSpan IncidentLasts = TimeSpan.FromMinutes(10);

    private ArchivedLetter? _letter;

    /// <summary>Without a query, why there is none.</summary>
    public string Unasked { get; init; } = "";

    /// <param name="partition">As it was when the span was in it.</param>
    public async Task<CanaryPlace> FindAsync(PartitionState partition, string traceId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (query is not null && await query.HasAsync(traceId, cancellationToken))
            return CanaryPlace.InDynatrace;

        // Before the letters: a dead letter is stored before its event is settled.
        var now = (await hub.ReadAsync(cancellationToken)).FirstOrDefault(each => each.Id == partition.Id);
        var (letter, isPending) = await FindLetterAsync(partition, traceId, since, cancellationToken);
        if (letter is not null)
            return CanaryPlace.DeadLettered;
        return now?.Settled >= partition.Last && !isPending ? CanaryPlace.Settled : CanaryPlace.Held;
    }

    public async Task<CheckResult> ExplainAsync(CanaryPlace place, string traceId, DoctorReport before, TimeSpan waited, CancellationToken cancellationToken) => place switch
    {
        CanaryPlace.InDynatrace => CheckResult.Ok(Check, $"Trace {traceId} is in Dynatrace: {SpanQuery.TextFor(traceId)}"),
        CanaryPlace.DeadLettered => await ExplainLetterAsync(traceId, cancellationToken),
        CanaryPlace.Held => await ExplainHeldAsync(traceId, before, waited, cancellationToken),
        _ when query is null => CheckResult.Ok(Check, $"Trace {traceId} was delivered, as far as the relay can see: its event is settled, and no dead letter has it. Dynatrace was not asked: {Unasked}"),
        _ => CheckResult.Warn(
            Check,
            $"Trace {traceId} was delivered, and a query does not find it{(query.Problem.Length == 0 ? "" : $". {query.Problem}")}",
            "Look in Dynatrace for what removes it: an OpenPipeline rule for spans that drops or routes it, a bucket that the query's token may not read, attribute capturing that blocks service.name, the token of another environment than Dynatrace__Environment, or a clock (dt.sfm.server.spans.dropped counts spans outside of their time)."),
    };

    /// <returns>The letter with the span; or whether one of its event is not recorded yet.</returns>
    private async Task<(ArchivedLetter? Letter, bool IsPending)> FindLetterAsync(PartitionState partition, string traceId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var (left, isPending) = (MostLetters, false);
        await foreach (var letter in archive.ListAsync(new LetterFilter { Since = since }, null, cancellationToken))
        {
            if (--left < 0)
                break;
            isPending |= !letter.IsRecorded && IsOf(letter, partition);
            if (letter.Summary?.Services.Contains(CanarySpan.Service) == true && (await archive.ReadRecordAsync(letter, cancellationToken)).Record?.TraceIds.Contains(traceId) == true)
                return (_letter = letter, false);
        }

        return (null, isPending);
    }

    /// <summary>Its id has partition and sequence number; others may have sent to the partition at the same time.</summary>
    private static bool IsOf(ArchivedLetter letter, PartitionState partition) =>
        Enumerable.Range(0, MostNeighbors).Any(back => letter.Id.Contains(string.Create(CultureInfo.InvariantCulture, $"-{partition.Id}-{partition.Last - back}-"), StringComparison.Ordinal));

    private async Task<CheckResult> ExplainLetterAsync(string traceId, CancellationToken cancellationToken)
    {
        var (record, _) = await archive.ReadRecordAsync(_letter!, cancellationToken);
        var found = $"Trace {traceId} is dead-lettered";
        return record is null
            ? CheckResult.Fail(Check, $"{found}.", $"spanrelay dead-letters show {_letter!.Id}", _letter.Summary?.Cause)
            : CheckResult.Fail(Check, $"{found}: {record.Diagnosis.Title}. {string.Join(" ", record.Diagnosis.Evidence)}", record.Diagnosis.NextStep, record.Diagnosis.Code);
    }

    /// <summary>The reason is the incident that is open; without one, what the empty export met.</summary>
    private async Task<CheckResult> ExplainHeldAsync(string traceId, DoctorReport before, TimeSpan waited, CancellationToken cancellationToken)
    {
        var found = string.Create(CultureInfo.InvariantCulture, $"Trace {traceId} is still held after {waited.TotalSeconds:0} seconds: its event is not settled, and stays in the Event Hub");
        ArchivedLetter? incident = null;
        await foreach (var letter in archive.ListAsync(new LetterFilter { Since = time.GetUtcNow() - IncidentLasts }, null, cancellationToken))
            incident = letter.IsIncident && !(letter.At < incident?.At) ? letter : incident;
        if (incident is { Summary: { } summary } && !incident.Id.EndsWith("-over", StringComparison.Ordinal) && (await archive.ReadRecordAsync(incident, cancellationToken)).Record is { } record)
            return CheckResult.Fail(Check, $"{found}. {record.Diagnosis.Title}.", record.Diagnosis.NextStep, summary.Cause);
        var reason = before.Checks.FirstOrDefault(check => check is { Mark: CheckMark.Failure, Code: not null }) ?? before.Checks.FirstOrDefault(check => check.Mark is CheckMark.Failure or CheckMark.Warning);
        return reason is null
            ? CheckResult.Fail(Check, $"{found}. No instance of the app has read it, or Dynatrace is slow.", "Check that the app runs, and its log.")
            : CheckResult.Fail(Check, $"{found}. {reason.Found}", reason.NextStep ?? "See above.", reason.Code);
    }
}
