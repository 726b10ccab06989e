namespace SpanRelay.Local.Host.EventHubs;

/// <summary>Names of the blobs of one hub and consumer group: <c>{namespace}/{hub}/{group}/checkpoint/{partition}</c>.</summary>
/// <param name="namespace">The host name; with its port, since every local hub is at localhost.</param>
/// <param name="hub">The hub's name.</param>
/// <param name="consumerGroup">Such as <c>$Default</c>.</param>
internal sealed class CheckpointPaths(string @namespace, string hub, string consumerGroup)
{
    /// <summary>The container that the Functions extension uses.</summary>
    public const string Container = "azure-webjobs-eventhub";

#pragma warning disable CA1308 // The extension writes them in lower case.
    private readonly string _prefix = $"{@namespace}/{hub}/{consumerGroup}".ToLowerInvariant();
#pragma warning restore CA1308

    public string Checkpoint(string partition) => $"{_prefix}/checkpoint/{partition}";

    public string Ownership(string partition) => $"{_prefix}/ownership/{partition}";
}
