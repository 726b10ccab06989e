namespace SpanRelay.Local.EventHub;

/// <summary>How many bytes a hub accepts a second, as throughput units limit it in Azure. What exceeds it is refused, not delayed.</summary>
internal sealed class Throughput(TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _room;
    private long _at = time.GetTimestamp();

    /// <summary>Null for no limit.</summary>
    public long? MaxBytesPerSecond { get; set; }

    public bool TryTake(IReadOnlyList<EventData> events)
    {
        lock (_lock)
        {
            if (MaxBytesPerSecond is not { } rate)
                return true;

            var now = time.GetTimestamp();
            _room = Math.Min(rate, _room + (rate * time.GetElapsedTime(_at, now).TotalSeconds)); // At most a second's worth is saved up.
            _at = now;
            var isTaken = _room > 0;
            _room -= isTaken ? events.Sum(each => (long)each.Body.Length) : 0;
            return isTaken;
        }
    }
}
