using Azure.Messaging.EventHubs;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>Events of a partition that have been received and not yet been handed to the function.</summary>
internal sealed class PendingEvents(EventHubBatching batching)
{
    private readonly Queue<EventData> _events = new();
    private long _since;

    /// <param name="events">None: nothing came for as long as may be waited.</param>
    public void Add(IReadOnlyCollection<EventData> events)
    {
        if (_events.Count == 0) _since = TimeProvider.System.GetTimestamp();
        foreach (var each in events) _events.Enqueue(each);
    }

    /// <returns>Null: there are too few yet, and more time to wait for others.</returns>
    public List<EventData>? Take()
    {
        if (_events.Count == 0 || (_events.Count < batching.MinEvents && TimeProvider.System.GetElapsedTime(_since) < batching.MaxWait)) return null;
        var taken = new List<EventData>();
        while (taken.Count < batching.MaxEvents && _events.TryDequeue(out var next)) taken.Add(next);
        return taken;
    }
}
