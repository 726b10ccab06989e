using Azure.Messaging.EventHubs;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>Events of a partition that were received but not passed to the function yet.</summary>
internal sealed class PendingEvents(EventHubBatching batching)
{
    private readonly Queue<EventData> _events = new();
    private long _since;

    /// <param name="events">Empty when the maximum wait passed without an event.</param>
    public void Add(IReadOnlyCollection<EventData> events)
    {
        if (_events.Count == 0) _since = TimeProvider.System.GetTimestamp();
        foreach (var each in events) _events.Enqueue(each);
    }

    /// <returns>Null while there are too few events and the maximum wait has not passed.</returns>
    public List<EventData>? Take()
    {
        if (_events.Count == 0 || (_events.Count < batching.MinEvents && TimeProvider.System.GetElapsedTime(_since) < batching.MaxWait)) return null;
        var taken = new List<EventData>();
        while (taken.Count < batching.MaxEvents && _events.TryDequeue(out var next)) taken.Add(next);
        return taken;
    }
}
