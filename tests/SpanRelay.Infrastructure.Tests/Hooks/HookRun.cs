using System.Diagnostics;
using System.Text;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;

namespace SpanRelay.Infrastructure.Tests.Hooks;

/// <summary>A hook as azd runs it, with stand-ins for azd and the tools that write down what they are called with.</summary>
internal sealed class HookRun : IDisposable
{
    public const string Token = "dt0c01.CANARYCANARYCANARYCANARY.CANARYSECRETCANARYSECRETCANARYSECRETCANARYSECRETCANARYSECRETCANA";

    private readonly string _folder = Directory.CreateTempSubdirectory("spanrelay-hooks").FullName;

    public HookRun()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "These are the hooks for POSIX shells.");
        Stub("azd", """
            printf '%s\n' "azd $*" >>"$CALLS"
            case "$*" in
              'auth login --check-status'*) [ "${SIGNED_OUT:-}" ] || echo '{"status": "success"}' ;;
              'env set --file '*) cat "$4" >>"$REMEMBERED"; ls -l "$4" >>"$CALLS.files"; printf '%s\n' "$4" >>"$CALLS.paths" ;;
            esac
            """);
        Stub("dotnet", "");
        Stub("gcc", "");
        Stub("az", "printf '%s\\n' \"az $*\" >>\"$CALLS\"");
    }

    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>What the tools were called with.</summary>
    public string Calls => ReadOrNothing("calls");

    /// <summary>What azd was given by file.</summary>
    public string Remembered => ReadOrNothing("remembered");

    /// <summary>The listing of those files, as they were then.</summary>
    public string Files => ReadOrNothing("calls.files");

    public IEnumerable<string> FilesLeft => ReadOrNothing("calls.paths").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(File.Exists);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public Task<ProgramResult> RunAsync(string hook) => RunningProgram.RunAsync(Prepared(new ProcessStartInfo("sh", [Hook(hook)])), "");

    /// <summary>At a terminal, with somebody who answers what is asked.</summary>
    /// <returns>The exit code, and all that could be seen.</returns>
    public async Task<(int ExitCode, string Screen)> RunAtTerminalAsync(string hook, params (string Question, string Response)[] dialogue)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "There is no script command to make a terminal with.");
        using var process = Process.Start(Prepared(new ProcessStartInfo("/usr/bin/script", ["-q", "-e", "-c", $"sh '{Hook(hook)}'", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }))!;
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
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

    private static string Hook(string name) => Repository.PathOf($"infra/hooks/{name}.sh");

    private ProcessStartInfo Prepared(ProcessStartInfo start)
    {
        start.Environment.Clear();
        start.Environment["PATH"] = $"{_folder}:/usr/bin:/bin";
        start.Environment["CALLS"] = Path.Combine(_folder, "calls");
        start.Environment["REMEMBERED"] = Path.Combine(_folder, "remembered");
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return start;
    }

    private void Stub(string name, string script)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string ReadOrNothing(string name)
    {
        var file = Path.Combine(_folder, name);
        return File.Exists(file) ? File.ReadAllText(file) : "";
    }
}
