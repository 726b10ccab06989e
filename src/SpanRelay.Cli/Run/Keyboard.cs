using Spectre.Console;

namespace SpanRelay.Cli.Run;

/// <summary>Reads keys from an interactive terminal.</summary>
internal static class Keyboard
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public static bool IsAvailable(IAnsiConsole console) => console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal && !Console.IsInputRedirected;

    /// <summary>Runs until cancelled.</summary>
    public static async Task ListenAsync(Action<char> onKey, TimeProvider time, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            while (Console.KeyAvailable)
                onKey(char.ToLowerInvariant(Console.ReadKey(intercept: true).KeyChar));
            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
