using Azure.Storage.Queues;
using SpanRelay.Local.Storage;

namespace SpanRelay.Tests.Local.Storage;

/// <summary>The tests that share one storage account, one after the other: some of them stop it for a while.</summary>
[CollectionDefinition]
public sealed class StorageTests : ICollectionFixture<SomeStorage>;

/// <summary>A storage account for tests.</summary>
public sealed class SomeStorage : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spanrelay-test-");
    private Azurite? _azurite;

    public Azurite Azurite => _azurite!;

    public async ValueTask InitializeAsync() => _azurite = await Azurite.StartAsync(_folder.FullName);

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null)
            await _azurite.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>A queue of that name, emptied.</summary>
    public async Task<QueueClient> QueueAsync(string name, CancellationToken cancellationToken)
    {
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        var queue = new QueueServiceClient(Azurite.ConnectionString, options).GetQueueClient(name);
        await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await queue.ClearMessagesAsync(cancellationToken);
        return queue;
    }
}
