using System.Globalization;
using Azure;
using Azure.Core;
using Azure.Messaging.EventHubs;
using Azure.Messaging.EventHubs.Consumer;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SpanRelay.DeadLetters;
using SpanRelay.Ingest;

namespace SpanRelay.Doctor;

/// <summary>Reads the state of the hub's partitions, and the checkpoints and owners that the Functions host keeps of them.</summary>
internal sealed class HubReader : IAsyncDisposable
{
    /// <summary>The container that the host's Event Hubs extension uses.</summary>
    private const string Container = "azure-webjobs-eventhub";

    private const int LongestOwner = 100;

    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(5);

    private readonly EventHubConsumerClient _client;
    private readonly BlobContainerClient? _container;
    private readonly string _prefix;

    /// <param name="storage">The host's; null where the account is not known.</param>
    /// <param name="credential">Called with the client id of the connection, only where there is no connection string.</param>
    public HubReader(HubOptions hub, StorageOptions? storage, Func<string?, TokenCredential> credential)
    {
        _client = hub.OpenReader(
            new EventHubConsumerClientOptions { RetryOptions = new EventHubsRetryOptions { MaximumRetries = 1, TryTimeout = TryTimeout } },
            () => credential(hub.ClientId));
        _container = storage is null ? null : OpenBlobs(storage, credential).GetBlobContainerClient(Container);
#pragma warning disable CA1308 // The extension writes them in lower case.
        _prefix = $"{hub.Namespace}/{hub.Name}/{EventHubConsumerClient.DefaultConsumerGroupName}/".ToLowerInvariant();
#pragma warning restore CA1308
    }

    /// <summary>Throws what <see cref="HubSender.Classify"/> knows, and <see cref="DeadLetterStoreException"/>.</summary>
    public async Task<IReadOnlyList<PartitionState>> ReadAsync(CancellationToken cancellationToken)
    {
        var blobs = _container is null ? [] : await DeadLetterStorage.CallAsync("return the checkpoints", ReadBlobsAsync, cancellationToken, $"The Functions host's storage account ({StorageOptions.HostConnection})");
        var ids = await _client.GetPartitionIdsAsync(cancellationToken);
        return await Task.WhenAll(ids.Select(id => ReadAsync(id, blobs, cancellationToken)));
    }

    /// <returns>When the oldest event that waits was enqueued; null where the app reads the partition, which lets no other in.</returns>
    public async Task<DateTimeOffset?> ReadOldestAsync(PartitionState partition, CancellationToken cancellationToken)
    {
        var from = partition.Settled is { } settled && settled >= partition.First ? EventPosition.FromSequenceNumber(settled, isInclusive: false) : EventPosition.Earliest;
        var options = new ReadEventOptions { MaximumWaitTime = ReadTimeout, PrefetchCount = 0, CacheEventCount = 1 };
        try
        {
            await foreach (var each in _client.ReadEventsFromPartitionAsync(partition.Id, from, options, cancellationToken))
                return each.Data?.EnqueuedTime;
            return null;
        }
        catch (EventHubsException)
        {
            return null;
        }
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private static BlobServiceClient OpenBlobs(StorageOptions storage, Func<string?, TokenCredential> credential)
    {
        var options = new BlobClientOptions { Retry = { MaxRetries = 1, NetworkTimeout = TryTimeout } };
        return storage.ConnectionString is { } text ? new BlobServiceClient(text, options) : new BlobServiceClient(storage.BlobService, credential(storage.ClientId), options);
    }

    private async Task<PartitionState> ReadAsync(string partition, Dictionary<string, BlobItem> blobs, CancellationToken cancellationToken)
    {
        var hub = await _client.GetPartitionPropertiesAsync(partition, cancellationToken);
        var checkpoint = blobs.GetValueOrDefault($"{_prefix}checkpoint/{partition}");
        var owner = blobs.GetValueOrDefault($"{_prefix}ownership/{partition}");
        var name = owner?.Metadata.TryGetValue("ownerid", out var id) == true && id.Length > 0 ? id : null;
        return new PartitionState(
            partition,
            hub.LastEnqueuedSequenceNumber,
            hub.BeginningSequenceNumber,
            checkpoint is not null && checkpoint.Metadata.TryGetValue("sequencenumber", out var number) && long.TryParse(number, CultureInfo.InvariantCulture, out var settled) ? settled : null,
            checkpoint?.Properties.LastModified,
            name is null ? null : owner!.Properties.LastModified)
        {
            LastAt = hub.IsEmpty ? null : hub.LastEnqueuedTime,
            Owner = name is null ? null : OneLine.From(name, LongestOwner),
        };
    }

    private async Task<Dictionary<string, BlobItem>> ReadBlobsAsync(CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, BlobItem>(StringComparer.Ordinal);
        try
        {
            await foreach (var blob in _container!.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, _prefix, cancellationToken))
                found[blob.Name] = blob;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            // The app has not run yet.
        }

        return found;
    }
}
