namespace SpanRelay.Local.EventHub;

/// <summary>An event in its place in a partition.</summary>
/// <param name="Body">The bytes as they were sent.</param>
/// <param name="SequenceNumber">Counts from 0 in each partition, without gaps.</param>
/// <param name="Offset">A number as text that grows with every event: the bytes of all bodies before this one in the partition, an empty one counted as one.</param>
/// <param name="EnqueuedTime">When the hub took it.</param>
/// <param name="PartitionKey">The sender's key, or null.</param>
/// <param name="Properties">Values are strings, booleans, numbers, byte arrays or null.</param>
internal sealed record StoredEvent(
    ReadOnlyMemory<byte> Body,
    long SequenceNumber,
    string Offset,
    DateTimeOffset EnqueuedTime,
    string? PartitionKey,
    IReadOnlyDictionary<string, object?> Properties)
{
    /// <inheritdoc cref="EventData.Sections"/>
    internal ReadOnlyMemory<byte>? Sections { get; init; }
}
