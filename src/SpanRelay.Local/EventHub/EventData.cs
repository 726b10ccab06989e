namespace SpanRelay.Local.EventHub;

/// <summary>An event before it has a place in a partition.</summary>
/// <param name="Body">Uninterpreted bytes; the hub keeps them without copying, so they must not change any more.</param>
/// <param name="Properties">Values are strings, booleans, numbers, byte arrays or null.</param>
internal sealed record EventData(ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, object?> Properties)
{
    /// <summary>An event without properties.</summary>
    public EventData(ReadOnlyMemory<byte> body)
        : this(body, new Dictionary<string, object?>())
    {
    }

    /// <summary>What follows the annotations of the AMQP message that the event came as; null when it came by HTTPS.</summary>
    internal ReadOnlyMemory<byte>? Sections { get; init; }
}
