using SpanRelay.EndToEnd.Tests;
using SpanRelay.Local.Storage;

[assembly: AssemblyFixture(typeof(SharedStorage))]

namespace SpanRelay.EndToEnd.Tests;

/// <summary>One storage account for all tests that need one and do not look into it.</summary>
public sealed class SharedStorage : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spanrelay-test-");
    private Azurite? _azurite;

    public string ConnectionString => _azurite!.ConnectionString;

    public Uri BlobService => _azurite!.BlobService;

    /// <summary>Where its data is.</summary>
    public string Folder => _folder.FullName;

    public async ValueTask InitializeAsync() => _azurite = await Azurite.StartAsync(_folder.FullName);

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null)
            await _azurite.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
