using Spectre.Console;

namespace SpanRelay.Cli.Run;

/// <summary>Listens for keys, in an interactive terminal only.</summary>
internal static class Keyboard
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public static bool IsThere(IAnsiConsole console) => console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal && !Console.IsInputRedirected;

    /// <summary>Until cancelled.</summary>
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
