using SpanRelay.Fakes;
using SpanRelay.Local.EventHub;
using SpanRelay.Redaction.Detectors.Scanning;
using SpanRelay.Tokens;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>How far a hub has been processed, by partition. Outlives the host that writes it, as the storage account does.</summary>
public sealed class EventHubCheckpoints(LocalEventHub hub)
{
    private readonly long[] _next = new long[hub.PartitionCount];
    private readonly Signal _moved = new();

    /// <summary>The last processed event's sequence number; null before the first.</summary>
    public long? this[int partition] => Next(partition) is > 0 and var next ? next - 1 : null;

    /// <summary>Completes when every event that is in the hub has been processed.</summary>
    public Task WhenSettledAsync(CancellationToken cancellationToken) => _moved.WhenAsync(IsSettled, cancellationToken);

    internal long Next(int partition) => Interlocked.Read(ref _next[partition]);

    internal void Set(int partition, long sequenceNumber)
    {
        Interlocked.Exchange(ref _next[partition], sequenceNumber + 1);
        _moved.Raise();
    }

    private bool IsSettled() => Enumerable.Range(0, hub.PartitionCount).All(partition => Next(partition) == hub.CountOf(partition));
}
