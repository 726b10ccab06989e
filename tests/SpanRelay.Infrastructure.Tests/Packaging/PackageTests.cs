using System.IO.Compression;
using System.Text;
using SpanRelay.Infrastructure.Tests.Drift;

namespace SpanRelay.Infrastructure.Tests.Packaging;

public sealed class PackageTests
{
    private const string Variable = "SPANRELAY_PACKAGE";

    /// <summary>.ci/run makes the zip as azd does, and runs the end-to-end tests on what is in it.</summary>
    [Fact]
    public void TheZipIsWhatAzureNeedsAndNoMore()
    {
        var file = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(file), $"{Variable} names no zip; .ci/run makes one.");
        using var package = ZipFile.OpenRead(file!);

        TestContext.Current.TestOutputHelper?.WriteLine($"{new FileInfo(file!).Length:N0} bytes, {package.Entries.Sum(entry => entry.Length):N0} unpacked, {package.Entries.Count} entries");

        Assert.Empty(PackageRules.Findings(package, FunctionMetadata.All()));
    }

    [Fact]
    public void ASoundZipPasses() => Assert.Empty(FindingsIn(Sound()));

    [Theory]
    [InlineData("host.json")]
    [InlineData("SpanRelay.Functions.dll")]
    [InlineData("SpanRelay.Functions.runtimeconfig.json")]
    [InlineData("extensions.json")]
    [InlineData("functions.metadata")]
    public void AMissingFileIsFound(string path)
    {
        var entries = Sound();
        entries.Remove(path);

        Assert.Equal([$"{path} is missing."], FindingsIn(entries));
    }

    [Theory]
    [InlineData("host.json", """{"customHandler":{}}""", "host.json has customHandler, which is not for isolated workers.")]
    [InlineData("host.json", """{"extensionBundle":{}}""", "host.json has extensionBundle, which is not for isolated workers.")]
    [InlineData("local.settings.json", "{}", "local.settings.json holds a developer's settings.")]
    public void AMistakeIsFound(string path, string content, string finding)
    {
        var entries = Sound();
        entries[path] = Encoding.UTF8.GetBytes(content);

        Assert.Equal([finding], FindingsIn(entries));
    }

    [Fact]
    public void MetadataOfAnotherBuildIsFound()
    {
        var entries = Sound();
        entries[FunctionMetadata.FileName] = Encoding.UTF8.GetBytes(FunctionMetadata.Text().Replace("EVENTHUB_NAME", "HUB", StringComparison.Ordinal));

        Assert.Equal(["functions.metadata does not describe ForwardSpans as the build does."], FindingsIn(entries));
    }

    [Fact]
    public void LargeSymbolsAreFound()
    {
        var entries = Sound();
        entries["SpanRelay.Functions.pdb"] = new byte[1_000_001];

        Assert.Equal(["SpanRelay.Functions.pdb has 1,000,001 bytes of debugging symbols."], FindingsIn(entries));
    }

    private static Dictionary<string, byte[]> Sound() => new()
    {
        ["host.json"] = Encoding.UTF8.GetBytes(Repository.Read("host.json")),
        ["SpanRelay.Functions.dll"] = [1],
        ["SpanRelay.Functions.runtimeconfig.json"] = "{}"u8.ToArray(),
        ["extensions.json"] = "{}"u8.ToArray(),
        [FunctionMetadata.FileName] = Encoding.UTF8.GetBytes(FunctionMetadata.Text()),
    };

    private static List<string> FindingsIn(Dictionary<string, byte[]> entries)
    {
        var stream = new MemoryStream();
        using (var writing = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in entries)
            {
                using var body = writing.CreateEntry(path).Open();
                body.Write(content);
            }
        }

        using var reading = new ZipArchive(stream);
        return [.. PackageRules.Findings(reading, FunctionMetadata.All())];
    }
}
