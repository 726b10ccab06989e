namespace SpanRelay.Fakes.Dynatrace;

/// <summary>The requests that reached the stand-in and the spans that it kept, for tests to read while it runs.</summary>
internal sealed class IngestRecord
{
    private readonly Lock _lock = new();
    private readonly List<CapturedRequest> _requests = [];
    private readonly List<ReceivedSpan> _spans = [];
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

    public void Add(CapturedRequest request, IReadOnlyList<ReceivedSpan> spans)
    {
        lock (_lock)
        {
            _requests.Add(request);
            _spans.AddRange(spans);
        }

        _added.Raise();
    }

    public Task WhenAsync(Func<bool> condition, CancellationToken cancellationToken) => _added.WhenAsync(condition, cancellationToken);
}
