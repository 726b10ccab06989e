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

    /// <summary>Raised after events were appended, from the thread that did.</summary>
    public event Action? Appended;

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
        Appended?.Invoke();
        return last;
    }

    /// <returns>Null when there is none with this sequence number yet.</returns>
    public StoredEvent? Find(long sequenceNumber)
    {
        lock (_lock) return sequenceNumber >= 0 && sequenceNumber < _events.Count ? _events[(int)sequenceNumber] : null;
    }

    /// <summary>Looks for the first event for which the condition holds; it must hold for all that follow.</summary>
    /// <returns>Its sequence number, or the one that the next event will have.</returns>
    public long FindFirst(Func<StoredEvent, bool> condition)
    {
        lock (_lock)
        {
            var (low, high) = (0, _events.Count);
            while (low < high)
            {
                var middle = low + ((high - low) / 2);
                if (condition(_events[middle]))
                    high = middle;
                else
                    low = middle + 1;
            }

            return low;
        }
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
        _events.Add(new StoredEvent(data.Body, _events.Count, offset, now, partitionKey, data.Properties) { Sections = data.Sections });
        _offset += Math.Max(1, data.Body.Length);
    }
}
