using System.Diagnostics;
using Google.Protobuf;
using SpanRelay.Dynatrace;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Spans at a steady rate over all partitions, until disposed.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private readonly RunningSystem _system;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _sending;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly List<string> _sent = [];
    private TimeSpan? _lasted;

    private Traffic(RunningSystem system, int spansPerSecond, int spansPerEvent)
    {
        _system = system;
        _sending = SendAsync(spansPerSecond, spansPerEvent);
    }

    /// <summary>The ids of the spans that the event hub took.</summary>
    public IReadOnlyList<string> Sent
    {
        get
        {
            lock (_lock) return [.. _sent];
        }
    }

    /// <summary>As it came to be.</summary>
    public double SpansPerSecond => Sent.Count / (_lasted ?? Stopwatch.GetElapsedTime(_started)).TotalSeconds;

    public static Traffic Start(RunningSystem system, int spansPerSecond, int spansPerEvent) => new(system, spansPerSecond, spansPerEvent);

    public async ValueTask DisposeAsync()
    {
        _lasted ??= Stopwatch.GetElapsedTime(_started);
        await _stopping.CancelAsync();
        await _sending;
    }

    private async Task SendAsync(int spansPerSecond, int spansPerEvent)
    {
        for (var events = 0L; !_stopping.IsCancellationRequested; events++)
        {
            // By the clock and not by pauses: what a pause took too long is made up for.
            var due = TimeSpan.FromSeconds((double)events * spansPerEvent / spansPerSecond) - Stopwatch.GetElapsedTime(_started);
            if (due > TimeSpan.Zero)
                await Task.Delay(due, TimeProvider.System, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            var spans = Enumerable.Range(0, spansPerEvent).Select(_ => Some.Span()).ToArray();
            await _system.SendAsync(Some.Request(spans).ToByteArray(), CancellationToken.None, (int)(events % _system.Local.Hub.PartitionCount));
            lock (_lock) _sent.AddRange(spans.Select(span => span.Id()));
        }
    }
}
