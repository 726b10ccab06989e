using SpanRelay.Pipeline;
using SpanRelay.Buffers;

namespace SpanRelay.Functions.Invocations;

/// <summary>The events of one invocation. Owns their bodies.</summary>
internal sealed class ReceivedEvents : IDisposable
{
    /// <summary>The partition's id; "?" where the host did not say.</summary>
    public string Partition { get; set; } = "?";

    public List<PooledBuffer> Bodies { get; } = [];

    /// <summary>Of each body, in the same order; empty where the host did not say.</summary>
    public List<long> SequenceNumbers { get; } = [];

    /// <summary>When each event came to the Event Hub, in the same order; empty where the host did not say.</summary>
    public List<DateTimeOffset> EnqueuedTimes { get; } = [];

    /// <summary>The event's sequence number in its partition; null where the host did not say.</summary>
    public long? SequenceNumberOf(int index) => index < SequenceNumbers.Count ? SequenceNumbers[index] : null;

    /// <summary>When the event came to the Event Hub; null where the host did not say.</summary>
    public DateTimeOffset? EnqueuedAt(int index) => index < EnqueuedTimes.Count ? EnqueuedTimes[index] : null;

    /// <summary>For the relay; valid until this is disposed.</summary>
    public EventBatch ToBatch() =>
        new(Partition, [.. Bodies.Select((body, index) => new IncomingEvent(body.WrittenMemory, SequenceNumberOf(index), EnqueuedAt(index)))]);

    public void Dispose()
    {
        foreach (var body in Bodies)
            body.Dispose();
    }
}
