namespace SpanRelay.Local.Host.EventHubs;

/// <summary>Where the batches of an Event Hub function come from.</summary>
/// <param name="FullyQualifiedNamespace">The namespace's host name.</param>
/// <param name="Hub">The hub's name.</param>
/// <param name="ConsumerGroup">Such as <c>$Default</c>.</param>
internal sealed record EventHubSource(string FullyQualifiedNamespace, string Hub, string ConsumerGroup);
