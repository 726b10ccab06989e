namespace SpanRelay.Ingest;

/// <summary>Sends events to the Event Hub.</summary>
internal interface IHubSender
{
    /// <returns>Null when every event is stored in the Event Hub.</returns>
    Task<HubFailure?> SendAsync(IReadOnlyList<HubEvent> events, CancellationToken cancellationToken);
}
