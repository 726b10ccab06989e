using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using SpanRelay.Doctor;
using SpanRelay.Dynatrace;
using SpanRelay.Settings;

namespace SpanRelay.Watch;

/// <summary>Delivered spans as they arrive: asks Dynatrace again and again, and returns each span once.</summary>
public sealed class SpanFeed : IDisposable
{
    /// <summary>How far each query looks back, so that a span that arrives late is found.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    /// <summary>Ids of spans that are remembered: those that the next queries may return again.</summary>
    internal const int MostRemembered = 20_000;

    private const int MostPolls = 60;

    private static readonly TimeSpan LongestLookBack = TimeSpan.FromHours(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly SpanQuery _query;
    private readonly SpanFilter _filter;
    private readonly TimeProvider _time;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private readonly TimeSpan _since;
    private DateTimeOffset? _answered;
    private int _polls;

    private SpanFeed(SpanQuery query, SpanFilter filter, TimeSpan since, TimeProvider time) => (_query, _filter, _since, _time) = (query, filter, since, time);

    /// <summary>Why the last call returned nothing; empty when it did, or while the query is running.</summary>
    public string Problem => _query.Problem;

    /// <summary>The token was refused, or the query: asking again will not help.</summary>
    public bool IsRefused => _query.Refused is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest;

    /// <summary>More spans arrived than one query returns: the oldest of them are not shown.</summary>
    public bool IsMore { get; private set; }

    /// <summary>The query is running, and the next call returns its result.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>How long Dynatrace asks to wait, within a minute; null where it does not.</summary>
    public TimeSpan? RetryAfter => WaitFor(_query.RetryAfter) is not { } wait ? null : wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait;

    /// <param name="values">The app's settings.</param>
    /// <param name="since">How far the first query looks back.</param>
    /// <param name="problem">Why nothing can be asked, and what to do.</param>
    public static SpanFeed? Open(IReadOnlyCollection<KeyValuePair<string, string?>> values, SpanFilter filter, TimeSpan since, TimeProvider time, out string problem) =>
        SpanQuery.Open(values, DynatraceOptions.Read(new SettingsReader(values)), out problem) is { } query ? new SpanFeed(query, filter, since, time) : null;

    /// <returns>Spans that were not returned before, as Dynatrace has them, oldest first.</returns>
    public async Task<IReadOnlyList<JsonElement>> ReadAsync(CancellationToken cancellationToken)
    {
        if (_polls >= MostPolls)
            _query.Forget();
        var records = await _query.AskAsync(_filter.ToQuery(LookBack), cancellationToken);
        IsRunning = records is null && Problem.Length == 0;
        _polls = IsRunning && _polls < MostPolls ? _polls + 1 : 0;
        if (records is null)
            return [];

        var fresh = records.Reverse().Where(IsNew).ToList();
        IsMore = records.Count >= SpanFilter.MostSpans && fresh.Count == records.Count;
        _answered = _time.GetUtcNow();
        return fresh;
    }

    public void Dispose() => _query.Dispose();

    /// <summary>After queries that failed, as far as the last answer.</summary>
    private TimeSpan LookBack => _answered is not { } at ? _since : _time.GetUtcNow() - at is var gap && gap + Overlap < LongestLookBack ? gap + Overlap : LongestLookBack;

    private bool IsNew(JsonElement record)
    {
        if (!_seen.Add($"{Text(record, "trace.id")}/{Text(record, "span.id")}"))
            return false;
        _order.Enqueue($"{Text(record, "trace.id")}/{Text(record, "span.id")}");
        if (_order.Count > MostRemembered)
            _seen.Remove(_order.Dequeue());
        return true;
    }

    private static string Text(JsonElement record, string name) => record.TryGetProperty(name, out var value) ? OneLine.From(value.ToString(), 64) : "";

    private TimeSpan? WaitFor(RetryConditionHeaderValue? header) => header?.Delta ?? header?.Date - _time.GetUtcNow();
}
