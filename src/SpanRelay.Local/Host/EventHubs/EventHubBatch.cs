using Azure.Messaging.EventHubs;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>Events of one partition, in order.</summary>
/// <param name="PartitionId">A number, as text.</param>
/// <param name="Events">At least one.</param>
internal sealed record EventHubBatch(string PartitionId, IReadOnlyList<EventData> Events)
{
    public EventData First => Events[0];

    public EventData Last => Events[^1];
}
