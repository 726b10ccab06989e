namespace SpanRelay.EndToEnd.Tests;

/// <summary>A folder for one run's storage account, so that runs at the same time have one each.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spanrelay-test-");

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
