using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;

namespace SpanRelay.Replay;

/// <summary>What somebody wants to be replayed.</summary>
public sealed record ReplayRequest
{
    public LetterFilter Filter { get; init; } = new();

    /// <summary>What was replayed before, too.</summary>
    public bool Again { get; init; }

    /// <summary>Named by id or cause, even those are replayed that would not be by themselves.</summary>
    private bool IsByName => Filter.Ids.Count > 0 || Filter.Cause is not null;

    /// <summary>Finds the letters.</summary>
    public async Task<ReplaySelection> SelectAsync(DeadLetterArchive archive, CancellationToken cancellationToken)
    {
        var selection = new ReplaySelection();
        var unknown = new HashSet<string>(Filter.Ids, StringComparer.Ordinal);
        await foreach (var letter in archive.ListAsync(Filter, cancellationToken))
        {
            unknown.Remove(letter.Id);
            Add(letter, selection);
        }

        selection.UnknownIds = [.. unknown];
        return selection;
    }

    private void Add(ArchivedLetter letter, ReplaySelection selection)
    {
        if (letter.Payload is null)
            selection.WithoutPayload++;
        else if (letter.IsReplayed && !Again)
            selection.AlreadyReplayed++;
        else if (!IsByName && !GoesByItself(letter))
            selection.OnlyByName++;
        else
            selection.Letters.Add(letter);
    }

    /// <summary>Of what was taken in part, most would be there twice; what could not be read is not read now, unless the relay has changed.</summary>
    private static bool GoesByItself(ArchivedLetter letter) =>
        !letter.IsQuarantined && letter.Summary?.Reason != DeadLetterReason.RefusedInPart;
}

/// <summary>The letters to be replayed, and how many are not and why.</summary>
public sealed class ReplaySelection
{
    public List<ArchivedLetter> Letters { get; } = [];

    public IReadOnlyList<string> UnknownIds { get; internal set; } = [];

    public int AlreadyReplayed { get; internal set; }

    /// <summary>Taken in part, or not readable: replayed only when named by id or cause.</summary>
    public int OnlyByName { get; internal set; }

    /// <summary>Incidents, and what was deleted by other means.</summary>
    public int WithoutPayload { get; internal set; }
}
