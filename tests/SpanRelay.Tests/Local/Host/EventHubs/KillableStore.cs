using System.Collections.Concurrent;
using Azure.Messaging.EventHubs.Primitives;
using Azure.Messaging.EventHubs.Processor;

namespace SpanRelay.Tests.Local.Host.EventHubs;

/// <summary>A checkpoint store that a killed processor cannot reach any more.</summary>
internal sealed class KillableStore(CheckpointStore inner) : CheckpointStore
{
    private volatile bool _isKilled;

    public bool IsKilled => _isKilled;

    /// <summary>The last checkpoint of each partition that came from here.</summary>
    public ConcurrentDictionary<string, long> Written { get; } = new();

    public void Kill() => _isKilled = true;

    public override Task<IEnumerable<EventProcessorPartitionOwnership>> ListOwnershipAsync(
        string fullyQualifiedNamespace, string eventHubName, string consumerGroup, CancellationToken cancellationToken) =>
        Alive().ListOwnershipAsync(fullyQualifiedNamespace, eventHubName, consumerGroup, cancellationToken);

    public override Task<IEnumerable<EventProcessorPartitionOwnership>> ClaimOwnershipAsync(
        IEnumerable<EventProcessorPartitionOwnership> desiredOwnership, CancellationToken cancellationToken) =>
        Alive().ClaimOwnershipAsync(desiredOwnership, cancellationToken);

    public override Task<EventProcessorCheckpoint> GetCheckpointAsync(
        string fullyQualifiedNamespace, string eventHubName, string consumerGroup, string partitionId, CancellationToken cancellationToken) =>
        Alive().GetCheckpointAsync(fullyQualifiedNamespace, eventHubName, consumerGroup, partitionId, cancellationToken);

    [Obsolete("Offsets are texts.")]
    public override Task UpdateCheckpointAsync(
        string fullyQualifiedNamespace, string eventHubName, string consumerGroup, string partitionId, long offset, long? sequenceNumber, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public override async Task UpdateCheckpointAsync(
        string fullyQualifiedNamespace, string eventHubName, string consumerGroup, string partitionId, string clientIdentifier, CheckpointPosition startingPosition, CancellationToken cancellationToken)
    {
        await Alive().UpdateCheckpointAsync(fullyQualifiedNamespace, eventHubName, consumerGroup, partitionId, clientIdentifier, startingPosition, cancellationToken);
        Written[partitionId] = startingPosition.SequenceNumber;
    }

    private CheckpointStore Alive() => _isKilled ? throw new IOException("The process is gone.") : inner;
}
