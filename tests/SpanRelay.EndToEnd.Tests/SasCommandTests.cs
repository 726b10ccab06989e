using System.Text;
using SpanRelay.Local.EventHub;

namespace SpanRelay.EndToEnd.Tests;

public sealed class SasCommandTests
{
    private const string Key = "bm90LWEtc2VjcmV0LWp1c3QtYS10ZXN0LXZlY3Rvcg==";

    private static readonly Uri Messages = new("https://contoso-events.servicebus.windows.net/spans/messages");

    [Fact]
    public async Task ThePrintedSignatureAuthorizesSendingUntilItExpires()
    {
        var (exitCode, output) = await RunAsync(Key, "--namespace", "contoso-events", "--hub", "spans", "--days", "30");

        Assert.Equal(0, exitCode);
        var value = Field(output, "Value");
        var now = TimeProvider.System.GetUtcNow();
        Assert.Equal(Messages.ToString(), Field(output, "Endpoint"));
        Assert.True(Verify(value, now).IsValid);
        Assert.True(Verify(value, now.AddDays(29)).IsValid);
        Assert.False(Verify(value, now.AddDays(31)).IsValid);
        Assert.DoesNotContain(Key, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ItSaysItsLimits()
    {
        var (_, output) = await RunAsync(Key, "--namespace", "contoso-events", "--hub", "spans");

        Assert.Contains("at most 1 MB", output, StringComparison.Ordinal);
        Assert.Contains("The header is static", output, StringComparison.Ordinal);
        Assert.StartsWith(TimeProvider.System.GetUtcNow().AddDays(365).ToString("yyyy-MM-dd", null), Field(output, "Expires"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "The key is missing.")]
    [InlineData("Endpoint=sb://x/;SharedAccessKeyName=send;SharedAccessKey=" + Key, "This is a connection string.")]
    public async Task AMalformedKeyIsRefusedAndNotRepeated(string input, string problem)
    {
        var (exitCode, output) = await RunAsync(input, "--namespace", "contoso-events", "--hub", "spans");

        Assert.Equal(1, exitCode);
        Assert.Contains(problem, output, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("You are not logged in to Azure. Run \"azd auth login\" or \"az login\".", "--subscription", "1", "--resource-group", "rg")]
    [InlineData("To read it from Azure, name --subscription and --resource-group")]
    public async Task WithoutAKeyItIsReadFromAzureAndWhatThatTakesIsSaid(string problem, params string[] where)
    {
        using var deadline = new Deadline();
        using var folder = new DataFolder();
        var (exitCode, output) = await CommandLine.RunAsync(
            [], new Dictionary<string, string> { ["SPANRELAY_SAS_KEY"] = "" }, start => (start.WorkingDirectory, start.FileName, start.Environment["PATH"]) = (folder.Path, DotNet(), folder.Path),
            null, deadline.Token, ["sas", "--namespace", "contoso-events", "--hub", "spans", .. where]);

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"The key is missing. {problem}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AGivenKeyIsNotTheSecondaryOne()
    {
        var (exitCode, output) = await RunAsync(Key, "--namespace", "contoso-events", "--hub", "spans", "--secondary");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("--secondary is for a key that is read from Azure, and one is given.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheKeyIsNeverAnArgument()
    {
        var (exitCode, _) = await RunAsync(Key, "--namespace", "contoso-events", "--hub", "spans", "--key", Key);

        Assert.NotEqual(0, exitCode);
    }

    /// <summary>Found before the PATH is emptied, so that no az or azd of this machine is asked.</summary>
    private static string DotNet() => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
        .SelectMany(folder => new[] { Path.Combine(folder, "dotnet"), Path.Combine(folder, "dotnet.exe") }).First(File.Exists);

    private static async Task<(int ExitCode, string Output)> RunAsync(string input, params string[] arguments)
    {
        using var deadline = new Deadline();
        return await CommandLine.RunAsync(Encoding.UTF8.GetBytes(input), deadline.Token, ["sas", .. arguments]);
    }

    private static SharedAccessSignatureResult Verify(string value, DateTimeOffset now) =>
        SharedAccessSignature.Verify(value, Messages, "send", Key, now);

    private static string Field(string output, string name) =>
        output.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal))[name.Length..].Trim();
}
