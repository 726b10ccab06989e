namespace SpanRelay.Local.EventHub.Amqp.Messages;

/// <summary>What one publication holds.</summary>
/// <param name="Events">At least one.</param>
/// <param name="PartitionKey">The partition key of all events; null for none.</param>
internal sealed record PublishedEvents(IReadOnlyList<EventData> Events, string? PartitionKey);
