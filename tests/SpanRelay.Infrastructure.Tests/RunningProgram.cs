using System.Diagnostics;
using SpanRelay.DeadLetters;

namespace SpanRelay.Infrastructure.Tests;

/// <summary>A program that is run to its end.</summary>
internal static class RunningProgram
{
    // Far beyond what any of them takes: a slow machine is no failure.
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(120);

    public static Task<ProgramResult> RunAsync(string file, params string[] arguments) =>
        RunAsync(new ProcessStartInfo(file, arguments), "");

    public static async Task<ProgramResult> RunAsync(ProcessStartInfo start, string input, TimeSpan? limit = null)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var timeout = new CancellationTokenSource(limit ?? DefaultTimeout, TimeProvider.System);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken, timeout.Token);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), deadline.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(deadline.Token);
            return new ProgramResult(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}

internal sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    public string All => Output + Errors;
}
