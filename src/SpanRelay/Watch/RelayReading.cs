using SpanRelay.DeadLetters;
using SpanRelay.Doctor;

namespace SpanRelay.Watch;

/// <summary>What is true of a relay at one moment, for all its instances together.</summary>
public sealed record RelayReading(DateTimeOffset At)
{
    /// <summary>Empty where they could not be read.</summary>
    public IReadOnlyList<PartitionState> Partitions { get; init; } = [];

    /// <summary>When the oldest waiting event of a partition was enqueued, by the partition's id; only where no instance reads it.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> OldestWaiting { get; init; } = new Dictionary<string, DateTimeOffset>();

    /// <summary>Dead letters since the first reading; null where they could not be read.</summary>
    public LetterCount? Letters { get; init; }

    /// <summary>Roughly how many messages wait for their record.</summary>
    public long Unrecorded { get; init; }

    /// <summary>Roughly how many messages could not be recorded.</summary>
    public long Poison { get; init; }

    /// <summary>What holds the spans that wait.</summary>
    public IReadOnlyList<OpenIncident> Incidents { get; init; } = [];

    /// <summary>What could not be read, why, and what to do.</summary>
    public IReadOnlyList<CheckResult> Problems { get; init; } = [];

    public long Waiting => Partitions.Sum(partition => partition.Waiting);

    /// <summary>How many instances of the app read partitions.</summary>
    public int Readers => Partitions.Where(partition => partition.IsOwned(At)).Select(partition => partition.Owner).Distinct().Count();
}
