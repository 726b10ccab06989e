using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;

namespace SpanRelay.Cli;

/// <summary>Runs a command: its mistakes and failures are lines, never a stack trace, and a closed terminal stops it as Ctrl+C does.</summary>
internal static class CommandRun
{
    /// <summary>Ids and messages are not wrapped when the output is a file or a pipe.</summary>
    /// <setting name="NO_COLOR" read-by="Spectre.Console">Set to anything: output without colors.</setting>
    public const int WidthWithoutTerminal = 5_000;

    private const int LongestMessage = 1_000;

    /// <summary>After a signal, leaves enough time to stop everything in order.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ParseResult command)
    {
        if (command.Action is ParseErrorAction)
            return Refuse(command);

        using var stop = new CancellationTokenSource();
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => Stop(signal, stop));
        var invocation = new InvocationConfiguration { ProcessTerminationTimeout = StopTimeout, EnableDefaultExceptionHandler = false };
        try
        {
            return await command.InvokeAsync(invocation, stop.Token);
        }
        catch (OperationCanceledException)
        {
            return 1;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"spanrelay failed unexpectedly: {e.GetType().Name}: {OneLine.From(e.Message, LongestMessage)}");
            return 1;
        }
    }

    private static int Refuse(ParseResult command)
    {
        foreach (var error in command.Errors.Select(error => OneLine.From(error.Message, LongestMessage)).Distinct())
            Console.Error.WriteLine(error);
        Console.Error.WriteLine($"Run \"spanrelay {Path(command.CommandResult)}--help\" for what it takes.");
        return 1;
    }

    /// <returns>The names of the commands below the root, each with a space behind it.</returns>
    internal static string Path(System.CommandLine.Parsing.SymbolResult? result) => result is System.CommandLine.Parsing.CommandResult { Parent: { } parent, Command: var command }
        ? $"{Path(parent)}{command.Name} "
        : "";

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        stop.Cancel();
        _ = Task.Delay(StopTimeout, TimeProvider.System).ContinueWith(_ => Environment.Exit(1), TaskScheduler.Default);
    }
}
