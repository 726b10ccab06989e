namespace SpanRelay.Delivery;

/// <summary>Books what becomes of each span of a batch, once. For use by several requests at a time.</summary>
internal sealed class BatchLedger(RelayReport report)
{
    private readonly Lock _lock = new();
    private readonly List<(EventKey Key, SpanSet Settled)> _events = [];
    private volatile Answer? _reasonHeld;

    /// <summary>Why something of the batch is held; null while nothing is.</summary>
    public Answer? ReasonHeld => _reasonHeld;

    public IReadOnlyList<(EventKey Key, SpanSet Settled)> Events => _events;

    /// <summary>An event was read.</summary>
    public void Note(EventKey key, SpanSet settled)
    {
        lock (_lock)
            _events.Add((key, settled));
    }

    public void Sent(int requests, long bytes)
    {
        lock (_lock)
        {
            report.Requests += requests;
            report.BytesOut += bytes;
        }
    }

    /// <summary>They arrived, except so many.</summary>
    public void Delivered(IEnumerable<SpanRun> runs, long refused)
    {
        lock (_lock)
        {
            report.SpansDelivered += Settle(runs) - refused;
            report.SpansSetAside += refused;
        }
    }

    public void SetAside(IEnumerable<SpanRun> runs)
    {
        lock (_lock)
            report.SpansSetAside += Settle(runs);
    }

    public void Expired(SpanSet settled, ReadOnlySpan<int> places)
    {
        lock (_lock)
        {
            foreach (var place in places)
                settled.Add(place);
            report.SpansSetAside += places.Length;
            report.SpansExpired += places.Length;
        }
    }

    /// <returns>False when something of the batch was held before.</returns>
    public bool Held(long spans, Answer reason)
    {
        lock (_lock)
        {
            report.SpansHeld += spans;
            var isFirst = _reasonHeld is null;
            _reasonHeld ??= reason;
            return isFirst;
        }
    }

    private static long Settle(IEnumerable<SpanRun> runs)
    {
        var spans = 0;
        foreach (var run in runs)
        {
            for (var i = run.First; i < run.First + run.Count; i++)
                run.Event.Settled.Add(run.Event.PlaceOf(i));
            spans += run.Count;
        }

        return spans;
    }
}
