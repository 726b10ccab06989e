using SpanRelay.Local.Host;
using SpanRelay.Local.Storage;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>A storage account of a test's own, whose every request can be seen, and which can go away and come back.</summary>
internal sealed class ProxiedStorage : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spanrelay-test-");
    private Azurite? _azurite;
    private StorageProxy? _blobs;
    private StorageProxy? _queues;

    public Azurite Azurite => _azurite!;

    /// <summary>Of the function app: the account behind the proxies, and failed messages that come again at once.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["AzureWebJobsStorage"] = Azurite.ConnectionStringFor(_blobs!.Address, _queues!.Address),
        ["AzureFunctionsJobHost__extensions__queues__visibilityTimeout"] = "00:00:01",
    };

    public Action<StorageRequest>? OnRequest
    {
        set => _blobs!.OnRequest = _queues!.OnRequest = value;
    }

    /// <summary>What happens to a request in place of being forwarded; null where it is forwarded.</summary>
    public Func<StorageRequest, StorageFault?>? Fault
    {
        set => _blobs!.Fault = _queues!.Fault = value;
    }

    public static async Task<ProxiedStorage> StartAsync(CancellationToken cancellationToken)
    {
        var storage = new ProxiedStorage();
        storage._azurite = await Azurite.StartAsync(storage._folder.FullName, cancellationToken: cancellationToken);
        storage._blobs = await StorageProxy.StartAsync(storage.Azurite.BlobService, cancellationToken);
        storage._queues = await StorageProxy.StartAsync(storage.Azurite.QueueService, cancellationToken);
        return storage;
    }

    public Task<StoredLetters> ReadAllAsync(CancellationToken cancellationToken) => StoredLetters.ReadAsync(Azurite.ConnectionString, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_blobs is not null)
            await _blobs.DisposeAsync();
        if (_queues is not null)
            await _queues.DisposeAsync();
        if (_azurite is not null)
            await _azurite.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
