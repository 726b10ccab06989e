using System.Diagnostics;
using System.Text.RegularExpressions;
using SpanRelay.Infrastructure.Tests.Hooks;

namespace SpanRelay.Infrastructure.Tests.Documents;

/// <summary>What docs/deploy.md says to type is typed, into both shells.</summary>
public sealed partial class TypedCommandsTests : IDisposable
{
    // Writes down each argument in brackets, as it arrives.
    private const string Recorder = "#!/bin/sh\nprintf '%s' \"$(basename \"$0\")\" >>\"$CALLS\"\nfor argument; do printf ' [%s]' \"$argument\" >>\"$CALLS\"; done\nprintf '\\n' >>\"$CALLS\"\n";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Commands => [.. Block.Matches(Repository.Read("docs/deploy.md"))
        .SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Distinct()];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheCommandsAreThese() => Assert.Equal(
        [
            "azd auth login", "azd up", "dotnet run --project src/SpanRelay.Cli -- connect", "dotnet run --project src/SpanRelay.Cli -- connect --key", "dotnet run --project src/SpanRelay.Cli -- connect --signature",
            "azd env set DYNATRACE_TOKEN_ONCE=", "azd env set EVENTHUB_PARTITIONS 16", "azd env set ALERT_EMAILS \"ops@example.com,oncall@example.com\"", "azd provision",
            "azd env new spanrelay-prod", "azd env refresh", "azd provision --preview", "azd down",
            "azd env set NETWORK_KIND existing", "azd env set NETWORK_APP_SUBNET_ID \"<id>\"", "azd env set NETWORK_ENDPOINT_SUBNET_ID \"<id>\"", "azd env get-value OUTBOUND_ADDRESS",
            "azd pipeline config",
        ],
        Commands.Select(row => row.Data));

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task ACommandMeansTheSameInBothShells(string command)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-ins for the commands are shell scripts.");
        var (fromSh, fromPowerShell) = (await TypeAsync("sh", command), await TypeAsync("pwsh", command));

        Assert.NotEmpty(fromSh);
        Assert.Equal(fromSh, fromPowerShell);
    }

    private async Task<string> TypeAsync(string shell, string command)
    {
        var bin = _folder.PathOf("bin");
        Directory.CreateDirectory(bin);
        foreach (var name in new[] { "azd", "dotnet" })
        {
            await File.WriteAllTextAsync(Path.Combine(bin, name), Recorder);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(Path.Combine(bin, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        // PowerShell itself is started by the real dotnet.
        var by = Shell.Of(shell);
        var start = new ProcessStartInfo(by.File == "dotnet" ? DotNet() : by.File, by.Arguments(command));
        var calls = _folder.PathOf(shell);
        start.Environment["CALLS"] = calls;
        start.Environment["PATH"] = $"{bin}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        var result = await RunningProgram.RunAsync(start, "");
        Assert.True(result.ExitCode == 0, result.All);
        return await File.ReadAllTextAsync(calls);
    }

    private static string DotNet() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "dotnet")).First(File.Exists);

    [GeneratedRegex(@"```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block { get; }
}
