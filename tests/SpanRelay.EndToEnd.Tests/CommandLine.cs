using System.Diagnostics;
using System.Reflection;
using SpanRelay.DeadLetters;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>The spanrelay command as a process.</summary>
internal static class CommandLine
{
    public static readonly string Assembly = typeof(CommandLine).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "CommandLine").Value!;

    /// <param name="input">For its standard input.</param>
    public static Task<(int ExitCode, string Output)> RunAsync(byte[] input, CancellationToken cancellationToken, params string[] arguments) =>
        RunAsync(input, new Dictionary<string, string>(), onStart: null, cancellationToken, arguments);

    /// <param name="settings">Its environment, besides the test's own.</param>
    /// <param name="onStart">Reported of the process, which may be killed.</param>
    public static Task<(int ExitCode, string Output)> RunAsync(
        byte[] input, IReadOnlyDictionary<string, string> settings, Action<Process>? onStart, CancellationToken cancellationToken, params string[] arguments) =>
        RunAsync(input, settings, null, onStart, cancellationToken, arguments);

    /// <param name="prepare">Changes how it is started.</param>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        byte[] input, IReadOnlyDictionary<string, string> settings, Action<ProcessStartInfo>? prepare, Action<Process>? onStart, CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        prepare?.Invoke(start);
        using var process = Process.Start(start)!;
        onStart?.Invoke(process);
        try
        {
            var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await WriteAsync(process, input, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, string.Concat(await output));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>The process may have ended without reading.</summary>
    private static async Task WriteAsync(Process process, byte[] input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // Its exit code tells.
        }
    }
}
