using Azure.Messaging.EventHubs;
using Azure.Storage.Blobs;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>Where the batches of an Event Hub function come from.</summary>
/// <param name="FullyQualifiedNamespace">The namespace's host name.</param>
/// <param name="Hub">The hub's name.</param>
/// <param name="ConsumerGroup">Such as <c>$Default</c>.</param>
internal sealed record EventHubSource(string FullyQualifiedNamespace, string Hub, string ConsumerGroup)
{
    public const string DefaultConsumerGroup = "$Default";

    /// <summary>A credential: not for logs.</summary>
    public string ConnectionString { get; private init; } = "";

    /// <summary>The host name, with the port if the connection string names one.</summary>
    public string Namespace { get; private init; } = FullyQualifiedNamespace;

    /// <exception cref="FormatException">It is not an Event Hubs connection string.</exception>
    public static EventHubSource Parse(string connectionString, string hub, string consumerGroup)
    {
        var properties = EventHubsConnectionStringProperties.Parse(connectionString);
        if (properties.Endpoint is not { } endpoint) throw new FormatException("The connection string has no Endpoint.");
        return new EventHubSource(endpoint.Host, hub, consumerGroup)
        {
            ConnectionString = connectionString,
            Namespace = endpoint.Port > 0 ? $"{endpoint.Host}:{endpoint.Port}" : endpoint.Host,
        };
    }

    /// <param name="storage">The storage account's connection string.</param>
    public BlobCheckpointStore Checkpoints(string storage) => new(
        new BlobContainerClient(storage, CheckpointPaths.Container), new CheckpointPaths(Namespace, Hub, ConsumerGroup));
}
