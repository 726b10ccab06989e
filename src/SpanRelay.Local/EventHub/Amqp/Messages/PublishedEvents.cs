namespace SpanRelay.Local.EventHub.Amqp.Messages;

/// <summary>What one publication holds.</summary>
/// <param name="Events">At least one.</param>
/// <param name="PartitionKey">Of all of them, or null.</param>
internal sealed record PublishedEvents(IReadOnlyList<EventData> Events, string? PartitionKey);
