using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;

namespace SpanRelay.Replay;

/// <summary>Which dead letters to replay.</summary>
public sealed record ReplayRequest
{
    public LetterFilter Filter { get; init; } = new();

    /// <summary>Also those that were replayed before.</summary>
    public bool Again { get; init; }

    /// <summary>Those named by id or cause are replayed even if they would otherwise be skipped.</summary>
    private bool IsByName => Filter.Ids.Count > 0 || Filter.Cause is not null;

    /// <summary>Finds the letters.</summary>
    public async Task<ReplaySelection> SelectAsync(DeadLetterArchive archive, CancellationToken cancellationToken)
    {
        var selection = new ReplaySelection();
        var unknown = new HashSet<string>(Filter.Ids, StringComparer.Ordinal);
        await foreach (var letter in archive.ListAsync(Filter, selection.Skipped.Add, cancellationToken))
        {
            unknown.Remove(letter.Id);
            if (letter.Problem.Length > 0)
                selection.Skipped.Add(letter.Problem);
            Add(letter, selection);
        }

        selection.UnknownIds = [.. unknown];
        return selection;
    }

    private void Add(ArchivedLetter letter, ReplaySelection selection)
    {
        if (letter.PayloadBytes is null)
            selection.WithoutPayload++;
        else if (letter.Replayed is not null && !Again)
            selection.AlreadyReplayed++;
        else if (!IsByName && !IsReplayedByDefault(letter))
            selection.OnlyByName++;
        else
            selection.Letters.Add(letter);
    }

    /// <summary>Most spans of a partial success would be sent twice; what could not be read cannot be read now, unless the relay changed.</summary>
    private static bool IsReplayedByDefault(ArchivedLetter letter) =>
        !letter.IsQuarantined && letter.Summary?.Reason != DeadLetterReason.RefusedInPart;
}

/// <summary>The letters to replay, and how many others there are and why.</summary>
public sealed class ReplaySelection
{
    public List<ArchivedLetter> Letters { get; } = [];

    /// <summary>Records and other blobs that cannot be read, in one line each. A payload beside such a record is replayed.</summary>
    public List<string> Skipped { get; } = [];

    public IReadOnlyList<string> UnknownIds { get; internal set; } = [];

    public int AlreadyReplayed { get; internal set; }

    /// <summary>Accepted in part, or not readable: replayed only when named by id or cause.</summary>
    public int OnlyByName { get; internal set; }

    /// <summary>Incidents, and letters whose payload was deleted.</summary>
    public int WithoutPayload { get; internal set; }
}
