using System.Diagnostics;
using SpanRelay.DeadLetters;

namespace SpanRelay.Infrastructure.Tests;

/// <summary>A program that is run to its end.</summary>
internal static class RunningProgram
{
    // Far beyond what any of them takes: a slow machine is no failure.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static Task<ProgramResult> RunAsync(string file, params string[] arguments) =>
        RunAsync(new ProcessStartInfo(file, arguments), "");

    public static async Task<ProgramResult> RunAsync(ProcessStartInfo start, string input)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), patience.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
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
