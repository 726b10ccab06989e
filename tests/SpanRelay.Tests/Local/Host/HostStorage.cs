using SpanRelay.Local.Storage;
using SpanRelay.Tests.Local.Host;

[assembly: AssemblyFixture(typeof(HostStorage))]

namespace SpanRelay.Tests.Local.Host;

/// <summary>The storage account in which hosts of tests keep their checkpoints. Started for the first that needs it.</summary>
public sealed class HostStorage : IAsyncLifetime
{
    private static readonly DirectoryInfo Folder = Directory.CreateTempSubdirectory("spanrelay-checkpoints-");
    private static readonly Lazy<Task<Azurite>> Started = new(() => Azurite.StartAsync(Folder.FullName));

    public static async Task<string> ConnectionStringAsync() => (await Started.Value).ConnectionString;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (Started.IsValueCreated) await (await Started.Value).DisposeAsync();
        Folder.Delete(recursive: true);
    }
}
