using Azure.Storage.Queues;
using SpanRelay.Local.Storage;

namespace SpanRelay.Tests.Local.Storage;

/// <summary>A storage account for the tests of one class.</summary>
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

    /// <summary>An empty queue of that name.</summary>
    public async Task<QueueClient> QueueAsync(string name, CancellationToken cancellationToken)
    {
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        var queue = new QueueServiceClient(Azurite.ConnectionString, options).GetQueueClient(name);
        await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        return queue;
    }
}
