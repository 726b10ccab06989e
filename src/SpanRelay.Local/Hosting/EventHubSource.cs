namespace SpanRelay.Local.Hosting;

/// <summary>What stays the same in all invocations of an Event Hub-triggered function.</summary>
/// <param name="Function">The function's folder.</param>
/// <param name="Binding">The key under <c>Data</c>.</param>
/// <param name="Hub">The hub's name.</param>
/// <param name="ConsumerGroup">Such as <c>$Default</c>.</param>
/// <param name="MaxRetryCount">Of the retry policy; null without one.</param>
internal sealed record EventHubSource(string Function, string Binding, string Hub, string ConsumerGroup, int? MaxRetryCount)
{
    /// <summary>The namespace that events claim to come from.</summary>
    public string FullyQualifiedNamespace { get; init; } = "localhost";
}
