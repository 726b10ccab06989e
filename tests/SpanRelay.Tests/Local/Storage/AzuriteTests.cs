using System.Diagnostics;
using Azure.Storage.Blobs;
using SpanRelay.Local;
using SpanRelay.Local.Storage;

namespace SpanRelay.Tests.Local.Storage;

[Collection<StorageTests>]
public sealed class AzuriteTests(SomeStorage storage)
{
    [Fact]
    public async Task ARestartKeepsDataAndPorts()
    {
        using var deadline = new Deadline();
        var azurite = storage.Azurite;
        var before = (azurite.BlobService, azurite.QueueService);
        var container = new BlobServiceClient(azurite.ConnectionString).GetBlobContainerClient("kept");
        await container.CreateIfNotExistsAsync(cancellationToken: deadline.Token);
        await container.GetBlobClient("letter").UploadAsync(BinaryData.FromString("dear"), overwrite: true, deadline.Token);

        await azurite.StopAsync();
        await azurite.StartAsync(deadline.Token);

        Assert.Equal(before, (azurite.BlobService, azurite.QueueService));
        Assert.Equal("dear", (await container.GetBlobClient("letter").DownloadContentAsync(deadline.Token)).Value.Content.ToString());
        Assert.Equal("127.0.0.1", azurite.BlobService.Host);
    }

    [Fact]
    public async Task ASecondOneOnTheSameFolderIsRefused()
    {
        using var deadline = new Deadline();

        var failure = await Assert.ThrowsAsync<FolderInUseException>(() => Azurite.StartAsync(storage.Azurite.Folder, cancellationToken: deadline.Token));

        Assert.StartsWith($"Azurite cannot use the folder {storage.Azurite.Folder}: ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(" If another run uses it, choose a different one with --data.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherInstanceOnTheFolderHasTheData()
    {
        using var deadline = new Deadline();
        var folder = Directory.CreateTempSubdirectory("spanrelay-test-");
        try
        {
            await using (var before = await Azurite.StartAsync(folder.FullName, cancellationToken: deadline.Token))
                await new BlobServiceClient(before.ConnectionString).CreateBlobContainerAsync("kept", cancellationToken: deadline.Token);
            await using var after = await Azurite.StartAsync(folder.FullName, cancellationToken: deadline.Token);

            Assert.True(await new BlobServiceClient(after.ConnectionString).GetBlobContainerClient("kept").ExistsAsync(deadline.Token));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void WithoutNodeTheMessageSaysWhatToInstallOrSet()
    {
        var failure = Assert.Throws<LocalSystemException>(() => NodePackages.StartNode(new ProcessStartInfo("no-node-here")));

        Assert.Equal(
            "Azurite, the local storage account for dead letters, needs Node.js 20.6 or newer, and no-node-here is not on the PATH. Install it (https://nodejs.org). "
            + "Alternatively, set AzureWebJobsStorage to a storage account's connection string; then Azurite is not needed.",
            failure.Message);
    }

    [Fact]
    public async Task AnInstallationThatWasStoppedHalfWayIsRepeated()
    {
        using var deadline = new Deadline();
        var folder = Directory.CreateTempSubdirectory("spanrelay-test-");
        try
        {
            await WritePackagesAsync(folder, deadline.Token);
            var notices = new List<string>();
            folder.CreateSubdirectory("node_modules/tool");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "node_modules/tool/tool.js"), "half of", deadline.Token);

            var file = await NodePackages.FindAsync(folder.FullName, "tool/tool.js", notices.Add, deadline.Token);
            var again = await NodePackages.FindAsync(folder.FullName, "tool/tool.js", notices.Add, deadline.Token);

            Assert.Equal("whole", await File.ReadAllTextAsync(file, deadline.Token));
            Assert.Equal(file, again);
            Assert.Single(notices);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>With one package that is a local folder: installing it needs no registry.</summary>
    private static async Task WritePackagesAsync(DirectoryInfo folder, CancellationToken cancellationToken)
    {
        var tool = folder.CreateSubdirectory("tool");
        await File.WriteAllTextAsync(Path.Combine(tool.FullName, "package.json"), """{ "name": "tool", "version": "1.0.0" }""", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(tool.FullName, "tool.js"), "whole", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "package.json"), """{ "private": true, "dependencies": { "tool": "file:tool" } }""", cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "package-lock.json"),
            """{ "lockfileVersion": 3, "packages": { "": { "dependencies": { "tool": "file:tool" } }, "node_modules/tool": { "resolved": "tool", "link": true }, "tool": { "version": "1.0.0" } } }""",
            cancellationToken);
    }
}
