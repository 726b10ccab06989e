using Amqp.Framing;

namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary>The receivers of each partition and consumer group. A receiver with an owner level excludes those with a lower one or none.</summary>
internal sealed class PartitionReaders
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Group, int Partition), List<PartitionReader>> _readers = [];

    /// <summary>Ends the receivers that the new one takes the partition from.</summary>
    /// <returns>Why the new one is refused; null if it is not.</returns>
    public Error? Enter(PartitionReader reader)
    {
        lock (_lock)
        {
            if (!_readers.TryGetValue(reader.Place, out var present)) _readers[reader.Place] = present = [];
            if (Refuse(reader, present) is { } refusal) return refusal;
            if (reader.OwnerLevel is not null) Evict(present, reader.OwnerLevel.Value);
            present.Add(reader);
            return null;
        }
    }

    public void Leave(PartitionReader reader)
    {
        lock (_lock)
        {
            if (_readers.TryGetValue(reader.Place, out var present)) present.Remove(reader);
        }
    }

    private static Error? Refuse(PartitionReader reader, List<PartitionReader> present)
    {
        var highest = present.Max(other => other.OwnerLevel);
        if (highest > (reader.OwnerLevel ?? -1))
            return AmqpErrors.Stolen($"The partition has a receiver with epoch {highest}: a receiver with a lower epoch or none is not allowed.");
        return reader.OwnerLevel is null && present.Count >= AmqpLimits.MaxReaders ? AmqpErrors.TooManyReaders : null;
    }

    private static void Evict(List<PartitionReader> present, long level)
    {
        foreach (var other in present) other.End(AmqpErrors.Stolen($"A new receiver with epoch {level} has taken the partition."));
        present.Clear();
    }
}
