using System.IO.Compression;
using System.Text;
using SpanRelay.Diagnosis;
using SpanRelay.Infrastructure.Tests.Drift;
using SpanRelay.Tokens;

namespace SpanRelay.Infrastructure.Tests.Packaging;

public sealed class PackageTests
{
    private const string Variable = "SPANRELAY_PACKAGE";

    /// <summary>.ci/run makes it as azd does, and runs the end-to-end tests on what is in it.</summary>
    [Fact]
    public void TheZipIsWhatAzureNeedsAndNoMore()
    {
        var file = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(file), $"{Variable} names no zip; .ci/run makes one.");
        using var package = ZipFile.OpenRead(file!);

        TestContext.Current.TestOutputHelper?.WriteLine($"{new FileInfo(file!).Length:N0} bytes, {package.Entries.Sum(entry => entry.Length):N0} unpacked, {package.Entries.Count} entries");

        Assert.Empty(PackageRules.Findings(package, FunctionFolder.All()));
    }

    [Fact]
    public void ASoundOnePasses() => Assert.Empty(FindingsOf(Sound()));

    [Theory]
    [InlineData("host.json", "host.json is missing.")]
    [InlineData("SpanRelay.Functions", "SpanRelay.Functions, which host.json starts, is missing.")]
    [InlineData("ForwardSpans/function.json", "ForwardSpans/function.json is missing.")]
    public void WhatIsMissingIsFound(string path, string finding)
    {
        var entries = Sound();
        entries.Remove(path);

        Assert.Equal([finding], FindingsOf(entries));
    }

    [Theory]
    [InlineData("SpanRelay.Functions", 0b110_100_100, "x", "SpanRelay.Functions has mode 0644, not 0755: Azure could not start it.")]
    [InlineData("SpanRelay.Functions", 0, "x", "SpanRelay.Functions has mode 00, not 0755: Azure could not start it.")]
    [InlineData("SpanRelay.Functions", 0b111_101_101, "\0GLIBC_2.17\0GLIBC_2.38\0", "SpanRelay.Functions needs version 2.38 of the C library.")]
    [InlineData("ForwardSpans/function.json", 0b110_100_100, """{"bindings":[]}""", "ForwardSpans/function.json is not the one of the source.")]
    [InlineData("local.settings.json", 0b110_100_100, "{}", "local.settings.json holds a developer's settings.")]
    public void WhatIsWrongIsFound(string path, int mode, string content, string finding)
    {
        var entries = Sound();
        entries[path] = (mode, Encoding.Latin1.GetBytes(content));

        Assert.Equal([finding], FindingsOf(entries));
    }

    [Fact]
    public void LargeSymbolsAreFound()
    {
        var entries = Sound();
        entries["SpanRelay.Functions.pdb"] = (0b110_100_100, new byte[1_000_001]);

        Assert.Equal(["SpanRelay.Functions.pdb has 1,000,001 bytes of debugging symbols."], FindingsOf(entries));
    }

    private static Dictionary<string, (int Mode, byte[] Content)> Sound()
    {
        var entries = FunctionFolder.All().ToDictionary(
            function => $"{function.Name}/function.json",
            function => (0b110_100_100, Encoding.UTF8.GetBytes(function.Json.ToJsonString())));
        entries["host.json"] = (0b110_100_100, Encoding.UTF8.GetBytes(Repository.Read("host.json")));
        entries["SpanRelay.Functions"] = (0b111_101_101, "\0GLIBC_2.34\0"u8.ToArray());
        return entries;
    }

    private static List<string> FindingsOf(Dictionary<string, (int Mode, byte[] Content)> entries)
    {
        var stream = new MemoryStream();
        using (var writing = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, (mode, content)) in entries)
            {
                var entry = writing.CreateEntry(path);
                entry.ExternalAttributes = mode << 16;
                using var body = entry.Open();
                body.Write(content);
            }
        }

        using var reading = new ZipArchive(stream);
        return [.. PackageRules.Findings(reading, FunctionFolder.All())];
    }
}
