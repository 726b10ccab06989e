namespace SpanRelay.DeadLetters;

/// <summary>Nothing passes until someone mends something. What waits is in the Event Hub, not here.</summary>
/// <param name="Since">When the first batch was held for it.</param>
/// <param name="Until">When a request passed again; null while it lasts.</param>
/// <param name="EventsWaiting">Events of the batches that are held, or were when it was over. More may wait behind them in the Event Hub.</param>
public sealed record Incident(DateTimeOffset Since, DateTimeOffset? Until, long EventsWaiting)
{
    public bool IsOver => Until is not null;
}
