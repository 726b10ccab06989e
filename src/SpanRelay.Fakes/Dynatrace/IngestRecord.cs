namespace SpanRelay.Fakes.Dynatrace;

/// <summary>The requests that reached the stand-in and the spans that it kept, for tests to read while it runs.</summary>
internal sealed class IngestRecord
{
    private readonly Lock _lock = new();
    private readonly List<CapturedRequest> _requests = [];
    private readonly List<ReceivedSpan> _spans = [];
    private readonly List<CapturedRequest> _metricRequests = [];
    private readonly List<ReceivedMetric> _metrics = [];
    private readonly Signal _added = new();

    public IReadOnlyList<CapturedRequest> Requests
    {
        get
        {
            lock (_lock) return [.. _requests];
        }
    }

    public IReadOnlyList<ReceivedSpan> Spans
    {
        get
        {
            lock (_lock) return [.. _spans];
        }
    }

    /// <summary>The spans that came last, in the order they came.</summary>
    public IReadOnlyList<ReceivedSpan> NewestSpans(int count)
    {
        lock (_lock) return _spans.GetRange(Math.Max(0, _spans.Count - count), Math.Min(count, _spans.Count));
    }

    public IReadOnlyList<CapturedRequest> MetricRequests
    {
        get
        {
            lock (_lock) return [.. _metricRequests];
        }
    }

    public IReadOnlyList<ReceivedMetric> Metrics
    {
        get
        {
            lock (_lock) return [.. _metrics];
        }
    }

    public void Add(CapturedRequest request, IngestResult result)
    {
        lock (_lock)
        {
            (MetricIngest.IsFor(request.Path) ? _metricRequests : _requests).Add(request);
            _spans.AddRange(result.Accepted);
            _metrics.AddRange(result.Metrics ?? []);
        }

        _added.Raise();
    }

    public Task WhenAsync(Func<bool> condition, CancellationToken cancellationToken) => _added.WhenAsync(condition, cancellationToken);
}
