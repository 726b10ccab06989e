using System.Globalization;

using SpanRelay.Fakes;
namespace SpanRelay.Local.EventHub;

/// <summary>Events in the order they came, kept for as long as the hub lives.</summary>
internal sealed class Partition(TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly List<StoredEvent> _events = [];
    private readonly Signal _appended = new();
    private long _offset;

    public int Count
    {
        get
        {
            lock (_lock) return _events.Count;
        }
    }

    /// <returns>The last event's sequence number.</returns>
    public long Append(IReadOnlyList<EventData> batch, string? partitionKey)
    {
        long last;
        lock (_lock)
        {
            var now = timeProvider.GetUtcNow();
            foreach (var data in batch) Store(data, partitionKey, now);
            last = _events.Count - 1;
        }

        _appended.Raise();
        return last;
    }

    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(long fromSequence, int maxEvents, CancellationToken cancellationToken)
    {
        await _appended.WhenAsync(() => Count > fromSequence, cancellationToken);
        lock (_lock)
        {
            var from = (int)fromSequence;
            return _events.GetRange(from, Math.Min(maxEvents, _events.Count - from));
        }
    }

    private void Store(EventData data, string? partitionKey, DateTimeOffset now)
    {
        var offset = _offset.ToString(CultureInfo.InvariantCulture);
        _events.Add(new StoredEvent(data.Body, _events.Count, offset, now, partitionKey, data.Properties));
        _offset += data.Body.Length;
    }
}
