using SpanRelay.Cli.Run;
using SpanRelay.Deploy;
using SpanRelay.Doctor;
using SpanRelay.Local;
using SpanRelay.Watch;
using Spectre.Console;

namespace SpanRelay.Cli.Top;

/// <summary>Reads until the count is reached, q is pressed or it is cancelled. A failed reading is shown, and the next comes later.</summary>
internal sealed class TopSession(IAnsiConsole console, TopOptions options, ITopView view)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly RelayHistory _history = new();
    private readonly DateTimeOffset _started = TimeProvider.System.GetUtcNow();
    private RelayReader? _reader;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var keys = Keyboard.IsAvailable(console) ? Keyboard.ListenAsync(key => EndBy(key, ending), _time, ending.Token) : Task.CompletedTask;
        try
        {
            return await ReadAsync(ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return 0;
        }
        finally
        {
            await ending.CancelAsync();
            await keys;
            await CloseAsync();
        }
    }

    private static void EndBy(char key, CancellationTokenSource ending)
    {
        if (key == 'q')
            ending.Cancel();
    }

    private async Task<int> ReadAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        for (var done = 1; ; done++)
        {
            var read = ReadOnceAsync(cancellationToken);
            var reading = done == 1 ? await Progress.ShowAsync("Reading", read) : await read;
            _history.Add(reading);
            view.Show(reading, _history);
            failures = reading.Partitions.Count > 0 ? 0 : failures + 1;
            if (failures > 0)
                await CloseAsync();
            if (done == options.Count)
                return failures == 0 ? 0 : 1;
            await Task.Delay(PauseAfter(failures), _time, cancellationToken);
        }
    }

    private async Task<RelayReading> ReadOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            _reader ??= new RelayReader(options.Settings(), _started, _time);
        }
        catch (Exception e) when (e is LocalSystemException or AzdException or IOException or UnauthorizedAccessException)
        {
            return new RelayReading(_time.GetUtcNow()) { Problems = [new CheckResult { Check = "settings", Mark = CheckMark.Failure, Found = OneLine.From(e.Message, 1_000) }] };
        }

        return await _reader.ReadAsync(cancellationToken);
    }

    private TimeSpan PauseAfter(int failures)
    {
        var pause = options.Interval * Math.Pow(2, Math.Min(failures, 10));
        return failures == 0 ? options.Interval : pause < LongestPause ? pause : options.Interval > LongestPause ? options.Interval : LongestPause;
    }

    private async Task CloseAsync()
    {
        if (_reader is { } reader)
            await reader.DisposeAsync();
        _reader = null;
    }
}
