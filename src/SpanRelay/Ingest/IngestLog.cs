using Microsoft.Extensions.Logging;
using SpanRelay.Redaction;

namespace SpanRelay.Ingest;

/// <summary>Reports why exports are not accepted, each reason once a minute: every request of every sender fails for it. Warning: senders keep their spans and retry.</summary>
internal sealed partial class IngestLog(ILogger log, TimeProvider time)
{
    private const int MostReasons = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _reported = [];

    public void NoteUnavailable(string problem)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_reported.TryGetValue(problem, out var before) && now - before < Interval)
                return;
            if (_reported.Count >= MostReasons)
                _reported.Clear();
            _reported[problem] = now;
        }

        LogUnavailable(log, problem);
    }

    public void NoteUnknownKeys(UnknownKeys keys) => log.UnknownKeys(keys.Take(time.GetUtcNow()));

    [LoggerMessage(90, LogLevel.Warning, "Exports are not accepted; their senders got 503 and retry. {Problem}", EventName = LogEvents.IngestUnavailable)]
    private static partial void LogUnavailable(ILogger log, string problem);
}
