using System.Text.RegularExpressions;
using SpanRelay.Local.Storage;

namespace SpanRelay.EndToEnd.Tests;

public sealed class RunCommandTests
{
    [Fact]
    public async Task TheSampleEndsWell()
    {
        using var deadline = new Deadline();
        using var data = new DataFolder();

        var (exitCode, output) = await CommandLine.RunAsync([], deadline.Token, "run", "--once", "--data", data.Path);

        Assert.True(exitCode == 0, output);
        Assert.Contains("None of ", output, StringComparison.Ordinal);
        Assert.Contains("✓ AI Observability works: ", output, StringComparison.Ordinal);
        Assert.Contains("Everything has been stopped.", output, StringComparison.Ordinal);
        Assert.Matches($@"Storage +http://127\.0\.0\.1:\d+/spanrelay \(Azurite, data in\s+{Regex.Escape(data.Path)}\)", output);
    }
}

public sealed class RunCommandThatLeaksTests
{
    [Fact]
    public async Task TheSampleEndsBadlyWhenContentLeaves()
    {
        using var deadline = new Deadline();
        using var data = new DataFolder();

        var (exitCode, output) = await CommandLine.RunAsync([], deadline.Token, "run", "--once", "--data", data.Path, "--set", "Redaction__ExcludeRequestData=false");

        Assert.Equal(1, exitCode);
        Assert.Contains("were found in the captured bytes", output, StringComparison.Ordinal);
    }
}

public sealed class RunCommandThatLosesTests
{
    [Fact]
    public async Task TheSampleEndsBadlyWhenNothingArrives()
    {
        using var deadline = new Deadline();
        using var data = new DataFolder();

        var (exitCode, output) = await CommandLine.RunAsync([], deadline.Token, "run", "--once", "--data", data.Path, "--set", "Dynatrace__Environment=http://127.0.0.1:9");

        Assert.Equal(1, exitCode);
        Assert.Contains("✗ 0 of ", output, StringComparison.Ordinal);
    }
}

public sealed class RunCommandStorageTests(SharedStorage storage)
{
    [Fact]
    public async Task AnotherAccountIsUsedWhenTheEnvironmentNamesOneAndItsKeyIsNotShown()
    {
        using var deadline = new Deadline();
        await using var another = new SharedStorage(); // Shared with no other test, whose dead letters this run would record.
        await another.InitializeAsync();
        var environment = new Dictionary<string, string> { ["AzureWebJobsStorage"] = another.ConnectionString };

        var (exitCode, output) = await CommandLine.RunAsync([], environment, onStart: null, deadline.Token, "run", "--once");

        Assert.True(exitCode == 0, output);
        Assert.Matches($@"Storage +{Regex.Escape(another.BlobService.AbsoluteUri)} \(from\s+AzureWebJobsStorage\)", output);
        Assert.DoesNotContain("AccountKey", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Regex.Match(another.ConnectionString, "AccountKey=([^;]+)").Groups[1].Value, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASecondRunOnTheSameFolderIsRefused()
    {
        using var deadline = new Deadline();

        var (exitCode, output) = await CommandLine.RunAsync([], deadline.Token, "run", "--once", "--data", storage.Folder);

        Assert.Equal(1, exitCode);
        var text = Regex.Replace(output, @"\s+", " ");
        Assert.Contains($"Azurite cannot use the folder {storage.Folder}: ", text, StringComparison.Ordinal);
        Assert.Contains(" If another run uses it, choose a different one with --data.", text, StringComparison.Ordinal);
    }
}
