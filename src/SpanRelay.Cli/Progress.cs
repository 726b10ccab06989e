using System.Globalization;

namespace SpanRelay.Cli;

/// <summary>Says at a terminal what a command is waiting for, once that takes more than two seconds. Standard output is not touched.</summary>
/// <setting name="TERM" set-by="the terminal">`dumb`: nothing is said while a command waits.</setting>
internal static class Progress
{
    private const string EraseLine = "\r\u001B[K";

    private static readonly TimeSpan SaysSoAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static Task ShowAsync(string what, Func<Task> work) => ShowAsync(what, async () =>
    {
        await work();
        return true;
    });

    /// <inheritdoc cref="ShowAsync{T}(string, Task{T})"/>
    public static Task<T> ShowAsync<T>(string what, Func<Task<T>> work) => ShowAsync(what, work());

    /// <param name="what">Such as "Checking".</param>
    /// <param name="work">It writes nothing meanwhile.</param>
    public static async Task<T> ShowAsync<T>(string what, Task<T> work)
    {
        if (Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") == "dumb")
            return await work;

        var started = TimeProvider.System.GetTimestamp();
        var isShown = false;
        while (await Task.WhenAny(work, Task.Delay(isShown ? Interval : SaysSoAfter, TimeProvider.System)) != work)
        {
            var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
            await Console.Error.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{(isShown ? EraseLine : "")}{what} … {seconds:0} s"));
            isShown = true;
        }

        if (isShown)
            await Console.Error.WriteAsync(EraseLine);
        return await work;
    }
}
