using System.Diagnostics;
using System.Text;

namespace SpanRelay.Infrastructure.Tests.Hooks;

/// <summary>A hook as azd runs it, in a copy of the repository's files that hooks read, with a stand-in for azd.</summary>
internal sealed class HookRun : IDisposable
{
    public const string Token = "dt0c01.CANARYCANARYCANARYCANARY.CANARYSECRETCANARYSECRETCANARYSECRETCANARYSECRETCANARYSECRETCANA";

    private readonly TemporaryFolder _repository = new();

    public HookRun()
    {
        foreach (var file in new[] { "azure.yaml", "infra/main.parameters.json", "infra/regions.bicep" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_repository.PathOf(file))!);
            File.Copy(Repository.PathOf(file), _repository.PathOf(file));
        }

        Environment["AZURE_ENV_NAME"] = "prod";
    }

    public StubbedAzd Azd { get; } = new();

    /// <summary>What the user exported, and what azd adds of its environment.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>A file of the azd environment; null where there is none.</summary>
    public string? ReadEnvironmentFile(string name)
    {
        var file = _repository.PathOf($".azure/prod/{name}");
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }

    public void Dispose()
    {
        Azd.Dispose();
        _repository.Dispose();
    }

    public Task<ProgramResult> RunAsync(string hook) => RunningProgram.RunAsync(Prepared("dotnet", HookProgram.File, hook), "");

    /// <summary>Started by a shell, and built on the way, as "dotnet run" does.</summary>
    public Task<ProgramResult> RunBuiltBy(Shell shell, string hook) =>
        RunningProgram.RunAsync(Prepared(shell.File, shell.Arguments($"dotnet run '{HookProgram.Source(hook)}'")), "", TimeSpan.FromMinutes(10));

    /// <summary>At a terminal, with somebody who answers what is asked.</summary>
    /// <returns>The exit code, and all that could be seen.</returns>
    public async Task<(int ExitCode, string Screen)> RunAtTerminalAsync(string hook, params (string Question, string Response)[] dialogue)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "There is no script command to make a terminal with.");
        using var process = Process.Start(Prepared("/usr/bin/script", "-q", "-e", "-c", $"dotnet '{HookProgram.File}' {hook}", "/dev/null"))!;
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken, timeout.Token);
        try
        {
            var screen = new StringBuilder();
            foreach (var (question, answer) in dialogue)
            {
                await ReadUntilAsync(process.StandardOutput, screen, question, deadline.Token);
                await process.StandardInput.WriteAsync($"{answer}\n".AsMemory(), deadline.Token);
                await process.StandardInput.FlushAsync(deadline.Token);
            }

            screen.Append(await process.StandardOutput.ReadToEndAsync(deadline.Token));
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, screen.ToString());
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static async Task ReadUntilAsync(StreamReader output, StringBuilder screen, string text, CancellationToken cancellationToken)
    {
        var from = screen.Length;
        var buffer = new char[256];
        while (!screen.ToString(from, screen.Length - from).Contains(text, StringComparison.Ordinal))
        {
            var read = await output.ReadAsync(buffer.AsMemory(), cancellationToken);
            Assert.True(read > 0, $"It ended without asking \"{text}\": {screen}");
            screen.Append(buffer, 0, read);
        }
    }

    private ProcessStartInfo Prepared(string file, params string[] arguments)
    {
        var path = System.Environment.GetEnvironmentVariable("PATH");
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = _repository.PathOf("infra"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment.Clear();
        HookProgram.Prepare(start);
        start.Environment["PATH"] = $"{Azd.Folder}{Path.PathSeparator}{path}";
        foreach (var (name, value) in Environment.Concat(Azd.Values))
            start.Environment[name] = value;
        return start;
    }
}
