using System.Globalization;

namespace SpanRelay.Cli.Send;

/// <summary>What became of the events so far. Thread-safe.</summary>
internal sealed class SendTotals(TimeProvider time)
{
    private const int MostStatuses = 20;

    private readonly Lock _lock = new();
    private readonly long _started = time.GetTimestamp();
    private readonly SortedDictionary<string, int> _refusals = new(StringComparer.Ordinal);
    private long _events;
    private long _spans;
    private long _bytes;
    private long _refusedEvents;
    private long _refusedSpans;

    public long Done => Interlocked.Read(ref _events) + Interlocked.Read(ref _refusedEvents);

    public bool AllTaken => Interlocked.Read(ref _refusedEvents) == 0;

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    public void AddTaken(in OutgoingEvent sent)
    {
        lock (_lock)
        {
            _events++;
            _spans += sent.Spans;
            _bytes += sent.Body.Length;
        }
    }

    /// <returns>Whether it is the first of its kind.</returns>
    public bool AddRefused(in OutgoingEvent refused, string status)
    {
        lock (_lock)
        {
            _refusedEvents++;
            _refusedSpans += refused.Spans;
            var kind = _refusals.Count < MostStatuses || _refusals.ContainsKey(status) ? status : "other";
            return (_refusals[kind] = _refusals.GetValueOrDefault(kind) + 1) == 1;
        }
    }

    /// <summary>One line, or a second one where some were refused.</summary>
    public IReadOnlyList<string> Lines()
    {
        lock (_lock)
        {
            var seconds = Elapsed.TotalSeconds;
            var sent = string.Create(CultureInfo.InvariantCulture, $"Sent     {Count(_events, "event")}, {Count(_spans, "span")}, {_bytes:N0} bytes in {seconds:N1} s: {_spans / Math.Max(seconds, 0.001):N0} spans/s");
            return _refusedEvents == 0
                ? [sent]
                : [sent, string.Create(CultureInfo.InvariantCulture, $"Refused  {Count(_refusedEvents, "event")}, {Count(_refusedSpans, "span")}: {string.Join(", ", _refusals.Select(each => $"{each.Key} × {each.Value}"))}")];
        }
    }

    private static string Count(long count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
