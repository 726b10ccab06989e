using System.Globalization;
using SpanRelay.Replay;
using Spectre.Console;

namespace SpanRelay.Cli.DeadLetters;

/// <summary>Shows a replay's progress: a bar on a terminal, otherwise a line every few seconds.</summary>
internal sealed class ReplayProgress(IAnsiConsole console, TimeProvider time)
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(2);

    public Task ShowAsync(int letters, Func<Action<ReplayReport>, Task> replay)
    {
        if (!console.Profile.Out.IsTerminal)
            return replay(Lines(letters));

        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(progress =>
            {
                var bar = progress.AddTask("replaying", maxValue: letters);
                return replay(soFar => bar.Value = letters - soFar.Left);
            });
    }

    private Action<ReplayReport> Lines(int letters)
    {
        var last = time.GetTimestamp();
        return soFar =>
        {
            if (time.GetElapsedTime(last) < LineInterval)
                return;
            last = time.GetTimestamp();
            var done = letters - soFar.Left;
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {letters:N0} ({100.0 * done / letters:N0} %)"));
        };
    }
}
