using SpanRelay.Local.EventHub;

namespace SpanRelay.Local.Hosting;

/// <summary>One invocation with a batch of a partition.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="Events">At least one.</param>
/// <param name="RetryCount">0 for the first invocation with this batch.</param>
/// <param name="LastFailure">Why the invocation before failed; null for the first.</param>
internal sealed record EventHubInvocation(int Partition, IReadOnlyList<StoredEvent> Events, int RetryCount = 0, string? LastFailure = null);
