namespace SpanRelay.Pipeline;

/// <summary>What one invocation delivers: events of one partition, in order.</summary>
/// <param name="Partition">The partition's id; <see cref="UnknownPartition"/> where the host does not say.</param>
public sealed record EventBatch(string Partition, IReadOnlyList<IncomingEvent> Events)
{
    public const string UnknownPartition = "?";

    /// <summary>Its events are dead letters that are sent again.</summary>
    public bool IsReplay { get; init; }
}

/// <summary>One event of the Event Hub.</summary>
/// <param name="Body">The bytes as sent. The host owns them; they must not change until the batch is forwarded.</param>
/// <param name="SequenceNumber">In its partition; null where the host does not say.</param>
/// <param name="EnqueuedAt">When the Event Hub accepted it; null where the host does not say.</param>
public readonly record struct IncomingEvent(ReadOnlyMemory<byte> Body, long? SequenceNumber = null, DateTimeOffset? EnqueuedAt = null);
