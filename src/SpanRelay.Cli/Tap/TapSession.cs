using SpanRelay.Cli.DeadLetters;
using SpanRelay.Deploy;
using SpanRelay.Local;
using SpanRelay.Watch;
using Spectre.Console;

namespace SpanRelay.Cli.Tap;

/// <summary>Asks until the limit is reached or it is cancelled, and prints each span once.</summary>
internal sealed class TapSession(IAnsiConsole console, TapOptions options)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time = TimeProvider.System;
    private int _shown;
    private int _failures;

    /// <param name="settings">Finds the relay's settings.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Func<IReadOnlyCollection<KeyValuePair<string, string?>>> settings, CancellationToken cancellationToken)
    {
        if (options.Filter.FindProblems().ToList() is { Count: > 0 } problems)
            return ArchiveAccess.Refuse(console, problems);
        try
        {
            using var feed = SpanFeed.Open(settings(), options.Filter, options.Since, _time, out var problem);
            return feed is null ? ArchiveAccess.Refuse(console, [problem]) : await RunAsync(feed, cancellationToken);
        }
        catch (Exception e) when (e is LocalSystemException or AzdException or IOException or UnauthorizedAccessException)
        {
            return ArchiveAccess.Refuse(console, [e.Message]);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }

    private async Task<int> RunAsync(SpanFeed feed, CancellationToken cancellationToken)
    {
        for (var first = true; ; first = false)
        {
            var read = feed.ReadAsync(cancellationToken);
            var spans = first ? await Progress.ShowAsync("Asking", read) : await read;
            foreach (var span in spans.TakeLast(options.Once ? options.Limit - _shown : int.MaxValue).Take(options.Limit - _shown))
                Show(span);
            if (feed.IsMore)
                await Console.Error.WriteLineAsync("More spans arrived than one query returns: the oldest of them are not shown. Narrow it by --service, --name or --attribute.");
            _failures = feed.Problem.Length == 0 ? 0 : _failures + 1;
            if (_failures > 0)
                await Console.Error.WriteLineAsync(OneLine.From($"{feed.Problem}{(feed.IsRefused || options.Once ? "" : " It is asked again.")}", 1_000));
            if (feed.IsRefused || (options.Once && _failures > 0))
                return 1;
            if (_shown >= options.Limit || (options.Once && !feed.IsRunning))
                return 0;
            await Task.Delay(PauseAfter(feed), _time, cancellationToken);
        }
    }

    private TimeSpan PauseAfter(SpanFeed feed)
    {
        if (feed.IsRunning)
            return Poll;
        var pause = options.Interval * Math.Pow(2, Math.Min(_failures, 10));
        var backed = _failures == 0 || options.Interval > LongestPause ? options.Interval : pause < LongestPause ? pause : LongestPause;
        return feed.RetryAfter > backed ? feed.RetryAfter.Value : backed;
    }

    private void Show(System.Text.Json.JsonElement span)
    {
        // Bypasses the console, which would wrap lines.
        var writer = console.Profile.Out.Writer;
        if (options.AsJson)
            writer.WriteLine(SpanLine.ToJson(span));
        else
            writer.WriteLine(SpanLine.From(span));
        if (!options.AsJson && options.ShowsAttributes)
        {
            foreach (var line in SpanLine.AttributesOf(span))
                writer.WriteLine(line);
        }

        writer.Flush();
        _shown++;
    }
}
