using System.Globalization;

namespace SpanRelay.Local.EventHub;

/// <summary>
/// An event hub in memory: what its doors write, a listener reads. Nothing expires: it holds what was sent for as long as
/// it lives.
/// </summary>
public sealed class LocalEventHub
{
    /// <summary>What Event Hubs takes as one publication, in bytes (Standard tier).</summary>
    internal const int MaxPublicationBytes = 1_048_576;

    private readonly Partition[] _partitions;
    private int _turn = -1;

    /// <param name="name">As in the path of its address.</param>
    /// <param name="partitionCount">At least one.</param>
    /// <param name="timeProvider">Stamps events.</param>
    internal LocalEventHub(string name, int partitionCount = 8, TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(partitionCount, 1);
        var time = timeProvider ?? TimeProvider.System;
        Name = name;
        CreatedAt = time.GetUtcNow();
        Throughput = new Throughput(time);
        _partitions = [.. Enumerable.Range(0, partitionCount).Select(_ => new Partition(time))];
    }

    /// <summary>As in the path of its address.</summary>
    public string Name { get; }

    /// <summary>Partitions are numbered from 0; their ids are these numbers as text.</summary>
    public int PartitionCount => _partitions.Length;

    /// <summary>What senders may send a second; null, the default, for any amount. Beyond it they are told that the server is busy, as by Azure.</summary>
    internal long? MaxBytesPerSecond
    {
        get => Throughput.MaxBytesPerSecond;
        set => Throughput.MaxBytesPerSecond = value;
    }

    /// <summary>Asked by the doors.</summary>
    internal Throughput Throughput { get; }

    /// <summary>When it was created.</summary>
    internal DateTimeOffset CreatedAt { get; }

    /// <summary>How many events a partition holds: the sequence number its next event will have.</summary>
    public long CountOf(int partition) => _partitions[partition].Count;

    /// <summary>The bodies of the events, the newest of each partition first.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> NewestFirst()
    {
        var counts = _partitions.Select(partition => partition.Count).ToArray();
        for (var back = 1; back <= counts.Max(); back++)
        {
            foreach (var (index, partition) in _partitions.Index())
            {
                if (partition.Find(counts[index] - back) is { } found)
                    yield return found.Body;
            }
        }
    }

    /// <summary>Appends one event: to a partition if it names one, else by its key, else in turn.</summary>
    /// <returns>The event's sequence number in its partition.</returns>
    internal long Append(
        ReadOnlyMemory<byte> body,
        IReadOnlyDictionary<string, object?>? properties = null,
        string? partitionKey = null,
        int? partition = null) =>
        AppendBatch([properties is null ? new EventData(body) : new EventData(body, properties)], partitionKey, partition);

    /// <summary>Appends a batch to one partition, with nothing in between.</summary>
    /// <returns>The last event's sequence number in the partition.</returns>
    internal long AppendBatch(IReadOnlyList<EventData> batch, string? partitionKey = null, int? partition = null) =>
        _partitions[partition ?? Choose(partitionKey)].Append(batch, partitionKey);

    /// <summary>Waits until the partition holds an event at or after the sequence number.</summary>
    /// <returns>At least one event, at most <paramref name="maxEvents"/>, in order.</returns>
    internal Task<IReadOnlyList<StoredEvent>> ReadAsync(
        int partition, long fromSequence, int maxEvents, CancellationToken cancellationToken) =>
        _partitions[partition].ReadAsync(fromSequence, maxEvents, cancellationToken);

    /// <summary>A partition by its number.</summary>
    internal Partition PartitionAt(int number) => _partitions[number];

    /// <returns>False when the id names no partition.</returns>
    internal bool TryParsePartition(string id, out int number) =>
        int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < PartitionCount;

    private int Choose(string? partitionKey) => partitionKey is null
        ? (int)((uint)Interlocked.Increment(ref _turn) % (uint)_partitions.Length)
        : PartitionKeyHash.PartitionOf(partitionKey, _partitions.Length);
}
