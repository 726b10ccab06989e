using SpanRelay.Dynatrace;
using SpanRelay.Replay;

namespace SpanRelay.Functions.Replay;

/// <summary>What one call came to, in letters.</summary>
internal sealed record ReplayAnswer
{
    public const int MostProblems = 10;

    public required int Replayed { get; init; }

    public required int ReplayedInPart { get; init; }

    public required int Refused { get; init; }

    public required int Expired { get; init; }

    public required int Held { get; init; }

    /// <summary>To be replayed by calling again.</summary>
    public required int Left { get; init; }

    public required long SpansDelivered { get; init; }

    public required int ReplayedBefore { get; init; }

    /// <summary>Taken in part or not readable: not replayed unless named by id or cause.</summary>
    public required int OnlyByName { get; init; }

    /// <summary>The first few, and blobs that cannot be read among them.</summary>
    public required IReadOnlyList<ReplayProblem> Problems { get; init; }

    /// <summary>What to do next.</summary>
    public required string Next { get; init; }

    public static ReplayAnswer Of(ReplaySelection selection, ReplayReport report, IEnumerable<ReplayResult> results) => new()
    {
        Replayed = report[ReplayOutcome.Replayed],
        ReplayedInPart = report[ReplayOutcome.ReplayedInPart],
        Refused = report[ReplayOutcome.Refused],
        Expired = report[ReplayOutcome.Expired],
        Held = report[ReplayOutcome.Held],
        Left = report.Left,
        SpansDelivered = report.SpansDelivered,
        ReplayedBefore = selection.AlreadyReplayed,
        OnlyByName = selection.OnlyByName,
        Problems =
        [
            .. selection.UnknownIds.Select(id => new ReplayProblem(id, "Unknown", "There is no dead letter with this id."))
                .Concat(selection.Skipped.Select(problem => new ReplayProblem("", "Unreadable", problem)))
                .Concat(results.Where(result => result.Why.Length > 0).Select(result => new ReplayProblem(result.Letter.Id, result.Outcome.ToString(), result.Why)))
                .Take(MostProblems),
        ],
        Next = report switch
        {
            { StoppedBy: { } held } => $"No request succeeds at present: {held.StatusText}. {held.Message} Call again when that is fixed.",
            { Left: > 0 } => "This call's time is over. Call again to continue.",
            _ => "",
        },
    };
}

internal sealed record ReplayProblem(string Id, string Outcome, string Why);

internal sealed record ReplayError(string Error);
