using SpanRelay.Doctor;

namespace SpanRelay.Watch;

/// <summary>What successive readings say together: how many events came and were settled since the first, and how fast.</summary>
public sealed class RelayHistory
{
    /// <summary>Kept of the totals, and of each partition's last events. A minute of readings a second apart fits.</summary>
    internal const int MostMarks = 128;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly List<(DateTimeOffset At, long Received, long Settled)> _marks = [];
    private readonly Dictionary<string, PartitionState> _first = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(DateTimeOffset At, long Last)>> _lasts = new(StringComparer.Ordinal);
    private RelayReading? _latest;
    private long _waitingFirst;

    /// <summary>Of the first reading; later, if the hub was created anew.</summary>
    public DateTimeOffset? Since { get; private set; }

    /// <summary>Events enqueued since then.</summary>
    public long Received { get; private set; }

    /// <summary>Events settled since then: delivered or dead-lettered.</summary>
    public long Settled { get; private set; }

    /// <summary>Events that the hub deleted since then, at the end of their retention, before they were settled.</summary>
    public long Expired => Math.Max(0, _waitingFirst + Received - Settled - (_latest?.Waiting ?? 0));

    internal int Marks => _marks.Count + _lasts.Values.Sum(each => each.Count);

    /// <summary>Readings without partitions say nothing.</summary>
    public void Add(RelayReading reading)
    {
        if (reading.Partitions.Count == 0)
            return;
        if (_latest is null || IsAnotherHub(_latest, reading))
            Start(reading);
        _latest = reading;
        Received = Settled = 0;
        foreach (var partition in reading.Partitions)
        {
            var first = _first.TryGetValue(partition.Id, out var known) ? known : _first[partition.Id] = Empty(partition.Id);
            Received += partition.Last - first.Last;
            Settled += partition.Settled is null ? 0 : Math.Max(0, PassedIn(partition) - PassedIn(first));
            Note(partition, reading.At);
        }

        _marks.Add((reading.At, Received, Settled));
        _marks.RemoveRange(0, Math.Max(0, _marks.FindLastIndex(mark => mark.At <= reading.At - Longest)));
        if (_marks.Count > MostMarks)
            _marks.RemoveAt(0);
    }

    /// <summary>Events received and settled in a second, since the reading that is at least that long ago, or else the first.</summary>
    /// <returns>Null before the second reading.</returns>
    public (double Received, double Settled)? RatesOver(TimeSpan window)
    {
        if (_marks.Count < 2)
            return null;
        var now = _marks[^1];
        var from = _marks[Math.Max(0, _marks.FindLastIndex(mark => mark.At <= now.At - window))];
        var seconds = (now.At - from.At).TotalSeconds;
        return seconds > 0 ? ((now.Received - from.Received) / seconds, (now.Settled - from.Settled) / seconds) : null;
    }

    /// <returns>How long the oldest event waits, at least; null where none does. It is exact where no instance reads the partition, or one event waits.</returns>
    public TimeSpan? OldestWaiting => _latest?.Partitions.Where(partition => partition.Waiting > 0).Select(partition => (TimeSpan?)AgeIn(partition)).Max();

    private TimeSpan AgeIn(PartitionState partition)
    {
        var now = _latest!.At;
        var at = _latest.OldestWaiting.TryGetValue(partition.Id, out var oldest) ? oldest : _lasts[partition.Id][0].At;
        return at < now ? now - at : TimeSpan.Zero;
    }

    private void Start(RelayReading reading)
    {
        (Since, _waitingFirst) = (reading.At, reading.Waiting);
        _marks.Clear();
        _first.Clear();
        _lasts.Clear();
        foreach (var partition in reading.Partitions)
            _first[partition.Id] = partition;
    }

    /// <summary>Keeps of events that still wait when they were enqueued, or else seen first.</summary>
    private void Note(PartitionState partition, DateTimeOffset at)
    {
        var lasts = _lasts.TryGetValue(partition.Id, out var known) ? known : _lasts[partition.Id] = [];
        lasts.RemoveAll(mark => mark.Last <= PassedIn(partition));
        if (partition.Waiting > 0 && (lasts.Count == 0 || lasts[^1].Last != partition.Last))
            lasts.Add((partition.LastAt < at ? partition.LastAt.Value : at, partition.Last));
        for (var i = lasts.Count - 2; lasts.Count > MostMarks && i > 0; i -= 2)
            lasts.RemoveAt(i);
    }

    /// <returns>-1 before the first event, whatever an empty partition says of its first.</returns>
    private static long PassedIn(PartitionState partition) => Math.Max(-1, Math.Min(partition.Settled ?? partition.First - 1, partition.Last));

    private static bool IsAnotherHub(RelayReading before, RelayReading after) =>
        before.Partitions.Any(old => !(after.Partitions.FirstOrDefault(each => each.Id == old.Id)?.Last >= old.Last));

    /// <summary>A partition that was added.</summary>
    private static PartitionState Empty(string id) => new(id, Last: -1, First: 0, Settled: null, SettledAt: null, OwnedAt: null);
}
