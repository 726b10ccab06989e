using System.Diagnostics;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>The command as a .NET tool: packed, installed from the package, and run far from the repository.</summary>
public sealed class ToolTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spanrelay-tool");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task ThePackedToolIsInstalledAndRuns()
    {
        await InstallAsync();

        Assert.Matches(@"^[0-9]+\.[0-9]+\.[0-9]+", await SucceedAsync("--version"));
        Assert.Contains("--signature", await SucceedAsync("connect", "--help"), StringComparison.Ordinal);
        var export = Path.Combine(_folder.FullName, "export.json");
        await File.WriteAllTextAsync(export, """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"051581bf3cb55c13","name":"chat","attributes":[{"key":"tfy.input","value":{"stringValue":"where is my parcel"}}]}]}]}]}""", TestContext.Current.CancellationToken);
        Assert.Contains("\"rule\": \"content\"", await SucceedAsync("redact", export, "--output", "json"), StringComparison.Ordinal);
        var run = await SucceedAsync("run", "--once", "--data", Path.Combine(_folder.FullName, "data"));
        Assert.Contains("✓", run, StringComparison.Ordinal);
        Assert.DoesNotContain(RepositoryFolder, run, StringComparison.Ordinal);
    }

    private static string RepositoryFolder => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(CommandLine.Assembly)!, "../../../../.."));

    /// <summary>Packs what was built, and lets nothing else be a source of it.</summary>
    private async Task InstallAsync()
    {
        var configuration = CommandLine.Assembly.Split(Path.DirectorySeparatorChar)[^3];
        await RunAsync(RepositoryFolder, "dotnet", "pack", "src/SpanRelay.Cli", "--no-build", "-p:BuildProjectReferences=false", "-c", configuration, "-o", _folder.FullName);
        await RunAsync(_folder.FullName, "dotnet", "tool", "install", "SpanRelay.Cli", "--tool-path", "tools", "--source", _folder.FullName);
    }

    private Task<string> SucceedAsync(params string[] arguments) => RunAsync(_folder.FullName, Path.Combine(_folder.FullName, "tools", OperatingSystem.IsWindows() ? "spanrelay.exe" : "spanrelay"), arguments);

    private static async Task<string> RunAsync(string folder, string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("SPANRELAY_FUNCTION_APP");
        start.Environment.Remove("CI");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var deadline = new Deadline(TimeSpan.FromMinutes(8));
        try
        {
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            Assert.True(process.ExitCode == 0, $"{string.Join(' ', arguments)}: {output}{await errors}");
            return output;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
