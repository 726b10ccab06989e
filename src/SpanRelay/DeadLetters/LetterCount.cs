namespace SpanRelay.DeadLetters;

/// <summary>Dead letters counted by cause, and the incidents among them that are open.</summary>
public sealed class LetterCount
{
    /// <summary>The cause of those that have none yet.</summary>
    public const string NotRecorded = "not recorded yet";

    /// <summary>Counting ends there: a reader of the count waits for it.</summary>
    internal const int MostCounted = 2_000;

    private const int MostNewest = 5;

    /// <summary>One that lasts is reported every five minutes.</summary>
    private static readonly TimeSpan OpenFor = 2 * IncidentWatch.Interval;

    private readonly SortedDictionary<string, int> _byCause = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ArchivedLetter> _incidents = new(StringComparer.Ordinal);
    private readonly PriorityQueue<ArchivedLetter, DateTimeOffset> _newest = new();

    private LetterCount()
    {
    }

    /// <summary>How many there are of each cause, incidents left out.</summary>
    public IReadOnlyDictionary<string, int> ByCause => _byCause;

    public int Total { get; private set; }

    /// <summary>The spans in them, as far as they are recorded.</summary>
    public long Spans { get; private set; }

    /// <summary>Those whose payload is an event as received.</summary>
    public int Quarantined { get; private set; }

    /// <summary>There are more letters, which are not counted.</summary>
    public bool IsMore { get; private set; }

    /// <summary>The last few, newest first.</summary>
    public IReadOnlyList<ArchivedLetter> Newest => [.. _newest.UnorderedItems.Select(each => each.Element).OrderByDescending(letter => letter.At)];

    /// <summary>Reported within the last 10 minutes, and not their end.</summary>
    internal IEnumerable<ArchivedLetter> OpenIncidents => _incidents.Values.Where(letter => !IsOver(letter));

    /// <exception cref="DeadLetterStoreException">The storage account failed.</exception>
    internal static async Task<LetterCount> ReadAsync(DeadLetterArchive archive, LetterFilter filter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var count = new LetterCount();
        var (left, opened) = (MostCounted, now - OpenFor);
        var wider = filter with { Since = filter.Since > opened ? opened : filter.Since };
        await foreach (var letter in archive.ListAsync(wider, null, cancellationToken))
        {
            if (letter.IsIncident && letter.At >= opened)
                count.Note(letter);
            if (letter.IsIncident || !filter.Matches(letter))
                continue;
            count.IsMore = --left < 0;
            if (count.IsMore)
                break;
            count.Add(letter);
        }

        return count;
    }

    private static bool IsOver(ArchivedLetter incident) => incident.Id.EndsWith("-over", StringComparison.Ordinal);

    /// <summary>The end of an incident is listed before its start.</summary>
    private void Note(ArchivedLetter incident)
    {
        var cause = incident.Summary!.Cause;
        if (!_incidents.TryGetValue(cause, out var known) || incident.At > known.At || (incident.At == known.At && IsOver(incident)))
            _incidents[cause] = incident;
    }

    private void Add(ArchivedLetter letter)
    {
        var cause = letter.Summary?.Cause ?? NotRecorded;
        _byCause[cause] = _byCause.GetValueOrDefault(cause) + 1;
        Total++;
        Spans += letter.Summary?.Spans ?? 0;
        Quarantined += letter.IsQuarantined ? 1 : 0;
        _newest.Enqueue(letter, letter.At);
        if (_newest.Count > MostNewest)
            _newest.Dequeue();
    }
}
