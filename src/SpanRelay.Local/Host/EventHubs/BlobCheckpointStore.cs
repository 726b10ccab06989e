using System.Globalization;
using Azure;
using Azure.Messaging.EventHubs.Consumer;
using Azure.Messaging.EventHubs.Primitives;
using Azure.Messaging.EventHubs.Processor;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>Ownership and checkpoints of the partitions, in blobs laid out as the Functions extension does.</summary>
/// <param name="container">Created on the first write.</param>
/// <param name="paths">The hub's blob paths; the names that the processor passes are not used.</param>
internal sealed class BlobCheckpointStore(BlobContainerClient container, CheckpointPaths paths) : CheckpointStore
{
    private const string Owner = "ownerid";
    private const string Offset = "offset";
    private const string SequenceNumber = "sequencenumber";

    public override async Task<IEnumerable<EventProcessorPartitionOwnership>> ListOwnershipAsync(
        string fullyQualifiedNamespace, string eventHubName, string consumerGroup, CancellationToken cancellationToken)
    {
        var owned = new List<EventProcessorPartitionOwnership>();
        if (!await container.ExistsAsync(cancellationToken)) return owned;
        var prefix = paths.Ownership("");
        await foreach (var blob in container.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, prefix, cancellationToken))
        {
            owned.Add(new EventProcessorPartitionOwnership
            {
                FullyQualifiedNamespace = fullyQualifiedNamespace,
                EventHubName = eventHubName,
                ConsumerGroup = consumerGroup,
                OwnerIdentifier = blob.Metadata.TryGetValue(Owner, out var owner) ? owner : "",
                PartitionId = blob.Name[prefix.Length..],
                LastModifiedTime = blob.Properties.LastModified!.Value,
                Version = blob.Properties.ETag!.Value.ToString(),
            });
        }

        return owned;
    }

    public override async Task<IEnumerable<EventProcessorPartitionOwnership>> ClaimOwnershipAsync(
        IEnumerable<EventProcessorPartitionOwnership> desiredOwnership, CancellationToken cancellationToken)
    {
        var claimed = new List<EventProcessorPartitionOwnership>();
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        foreach (var desired in desiredOwnership)
        {
            if (await ClaimAsync(desired, cancellationToken) is not { } blob) continue;
            desired.Version = blob.ETag.ToString();
            desired.LastModifiedTime = blob.LastModified;
            claimed.Add(desired);
        }

        return claimed;
    }

    public override async Task<EventProcessorCheckpoint> GetCheckpointAsync(
        string fullyQualifiedNamespace, string eventHubName, string consumerGroup, string partitionId, CancellationToken cancellationToken)
    {
        var metadata = await ReadAsync(partitionId, cancellationToken);
        if (metadata is null || !metadata.TryGetValue(Offset, out var offset)) return null!; // The processor begins at its default position.
        return new EventProcessorCheckpoint
        {
            FullyQualifiedNamespace = fullyQualifiedNamespace,
            EventHubName = eventHubName,
            ConsumerGroup = consumerGroup,
            PartitionId = partitionId,
            StartingPosition = EventPosition.FromOffset(offset, isInclusive: false),
        };
    }

    /// <returns>The sequence number of the last settled event; null without a checkpoint.</returns>
    public async Task<long?> ReadSequenceNumberAsync(string partitionId, CancellationToken cancellationToken) =>
        await ReadAsync(partitionId, cancellationToken) is { } metadata && metadata.TryGetValue(SequenceNumber, out var number)
            ? long.Parse(number, CultureInfo.InvariantCulture)
            : null;

    [Obsolete("Offsets are texts.")]
    public override Task UpdateCheckpointAsync(
        string fullyQualifiedNamespace, string eventHubName, string consumerGroup, string partitionId, long offset, long? sequenceNumber, CancellationToken cancellationToken) =>
        WriteAsync(partitionId, offset.ToString(CultureInfo.InvariantCulture), sequenceNumber ?? -1, cancellationToken);

    public override Task UpdateCheckpointAsync(
        string fullyQualifiedNamespace, string eventHubName, string consumerGroup, string partitionId, string clientIdentifier, CheckpointPosition startingPosition, CancellationToken cancellationToken) =>
        WriteAsync(partitionId, startingPosition.OffsetString, startingPosition.SequenceNumber, cancellationToken);

    /// <summary>Deletes the checkpoints and ownerships of hubs whose process has ended.</summary>
    /// <param name="prefix">The namespace's prefix.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task DeleteAsync(string prefix, CancellationToken cancellationToken)
    {
        if (!await container.ExistsAsync(cancellationToken)) return;
        await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellationToken))
            await container.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellationToken);
    }

    /// <returns>Null if another host was faster.</returns>
    private async Task<BlobInfo?> ClaimAsync(EventProcessorPartitionOwnership desired, CancellationToken cancellationToken)
    {
        var blob = container.GetBlobClient(paths.Ownership(desired.PartitionId));
        var metadata = new Dictionary<string, string> { [Owner] = desired.OwnerIdentifier };
        try
        {
            if (desired.Version is not null)
                return await blob.SetMetadataAsync(metadata, new BlobRequestConditions { IfMatch = new ETag(desired.Version) }, cancellationToken);
            var created = await UploadAsync(blob, metadata, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken);
            return BlobsModelFactory.BlobInfo(created.ETag, created.LastModified);
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            return null;
        }
    }

    private async Task<IDictionary<string, string>?> ReadAsync(string partitionId, CancellationToken cancellationToken)
    {
        try
        {
            var blob = await container.GetBlobClient(paths.Checkpoint(partitionId)).GetPropertiesAsync(cancellationToken: cancellationToken);
            return blob.Value.Metadata;
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    private async Task WriteAsync(string partitionId, string offset, long sequenceNumber, CancellationToken cancellationToken)
    {
        var metadata = new Dictionary<string, string>
        {
            [Offset] = offset,
            [SequenceNumber] = sequenceNumber.ToString(CultureInfo.InvariantCulture),
        };
        await UploadAsync(container.GetBlobClient(paths.Checkpoint(partitionId)), metadata, null, cancellationToken);
    }

    private static async Task<BlobContentInfo> UploadAsync(
        BlobClient blob, Dictionary<string, string> metadata, BlobRequestConditions? conditions, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions { Metadata = metadata, Conditions = conditions };
        return await blob.UploadAsync(BinaryData.Empty, options, cancellationToken);
    }
}
