namespace SpanRelay.DeadLetters;

/// <summary>No request succeeds until someone fixes something. The spans wait in the Event Hub, not here.</summary>
/// <param name="Since">When the first batch was held because of it.</param>
/// <param name="Until">When a request succeeded again; null while it lasts.</param>
/// <param name="EventsWaiting">Events of the batches that are held, or were when it ended. More may wait behind them in the Event Hub.</param>
public sealed record Incident(DateTimeOffset Since, DateTimeOffset? Until, long EventsWaiting)
{
    public bool IsOver => Until is not null;
}
