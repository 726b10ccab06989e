namespace SpanRelay.EndToEnd;

public sealed class RunCommandTests
{
    [Fact]
    public async Task TheSampleEndsWell()
    {
        using var deadline = new Deadline();
        using var data = new DataFolder();

        var (exitCode, output) = await CommandLine.RunAsync([], deadline.Token, "run", "--once", "--data", data.Path);

        Assert.True(exitCode == 0, output);
        Assert.Contains("Nothing secret was found", output, StringComparison.Ordinal);
        Assert.Contains("Everything is stopped.", output, StringComparison.Ordinal);
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
        Assert.Contains("secrets were found in the bytes captured", output, StringComparison.Ordinal);
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
