using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.GenAi.Metrics;
using SpanRelay.Otlp;

namespace SpanRelay.Pipeline;

/// <summary>Records what happens to each span of a batch, once: the only place that counts. Several requests use it at a time.</summary>
internal sealed class BatchProgress(RelayReport report, MetricsOptions? metrics = null)
{
    private readonly Lock _lock = new();
    private readonly List<(EventKey Key, SpanSet Settled)> _events = [];
    private volatile Response? _reasonStopped;
    private volatile Response? _reasonNotStored;
    private volatile bool _hasPassed;

    public RelayReport Report => report;

    /// <summary>Why something of the batch is held; null while nothing is.</summary>
    public Response? ReasonHeld => _reasonStopped ?? _reasonNotStored;

    /// <summary>Why nothing more of the batch is sent; null while Dynatrace may accept it. Dead letters that cannot be stored stop nothing.</summary>
    public Response? ReasonStopped => _reasonStopped;

    /// <summary>Dynatrace processed a request of the batch: token and address work.</summary>
    public bool HasPassed => _hasPassed;

    public IReadOnlyList<(EventKey Key, SpanSet Settled)> Events => _events;

    /// <summary>Metrics of the spans delivered; null where none are sent.</summary>
    public MetricSet? Counted { get; } = metrics is null ? null : new MetricSet(metrics.MaxLabelSets);

    /// <summary>An event was read.</summary>
    /// <param name="rules">The names of the redactor's rules.</param>
    public void Read(in SortedEvent sorted, IReadOnlyList<string> rules, DateTimeOffset now)
    {
        lock (_lock)
        {
            _events.Add((sorted.Event.Key, sorted.Event.Settled));
            report.BytesIn += sorted.Redacted.Incoming.Body.Length;
            if (!sorted.Redacted.IsReadable)
            {
                report.UndecodableSettledBefore += sorted.SettledBefore;
                return;
            }

            report.Note(sorted.Redacted.Result, now);
            report.NoteRedactions(rules, sorted.Redacted.Hits.Span);
            NoteSavings(sorted.Redacted);
            report.SpansSettledBefore += sorted.SettledBefore;
        }
    }

    public void Sent(int requests, long bytes, Response response)
    {
        lock (_lock)
        {
            _hasPassed |= !response.Outcome.IsHeld();
            report.Requests += requests;
            report.BytesOut += bytes;
        }
    }

    /// <summary>Measures the model spans of a request that Dynatrace accepted whole.</summary>
    public void Measure(IDivisible export, Range units)
    {
        if (Counted is null)
            return;

        lock (Counted)
            ModelCallReader.Read(export.Bytes(units).Span, metrics!.ByTeam, Counted);
    }

    /// <summary>Dynatrace accepted them, all but the refused number.</summary>
    public void Delivered(IEnumerable<SpanRun> runs, long refused)
    {
        lock (_lock)
        {
            report.SpansDelivered += Settle(runs) - refused;
            report.SpansDeadLettered += refused;
        }
    }

    public void DeadLettered(IEnumerable<SpanRun> runs)
    {
        lock (_lock)
            report.SpansDeadLettered += Settle(runs);
    }

    public void Expired(SpanSet settled, in ExpiredSpans expired)
    {
        lock (_lock)
        {
            foreach (var place in expired.Places)
            {
                if (expired.Reason == DeadLetterReason.TooOld)
                    settled.AddTooOld(place);
                else
                    settled.Add(place);
            }

            report.SpansDeadLettered += expired.Places.Length - expired.Before;
            report.SpansExpired += expired.Places.Length - expired.Before;
        }
    }

    /// <summary>An event that cannot be read was quarantined.</summary>
    public void Quarantined(SpanSet settled)
    {
        lock (_lock)
        {
            settled.Add(0);
            report.UndecodableEvents++;
        }
    }

    /// <summary>An event that cannot be read could not be quarantined.</summary>
    public void QuarantineFailed(Response reason)
    {
        lock (_lock)
        {
            report.UndecodableHeld++;
            NoteHeld(reason);
        }
    }

    public void Held(long spans, Response reason)
    {
        lock (_lock)
        {
            report.SpansHeld += spans;
            NoteHeld(reason);
        }
    }

    /// <summary>Adds what redaction withheld. Once, for a batch that is settled: one that is held is read again.</summary>
    /// <returns><see cref="Counted"/>.</returns>
    public MetricSet? CountSavings()
    {
        foreach (var (service, savings) in Counted is null ? [] : report.Savings)
            savings.AddTo(Counted!.For(new LabelSet { Service = service.Length == 0 ? null : service }));
        return Counted;
    }

    private void NoteSavings(in RedactedEvent redacted)
    {
        var resources = new MessageParts(redacted.Export.Span, TraceSchema.RequestResourceSpans);
        foreach (var bytes in redacted.Resources)
            report.NoteSavings(resources.HasElement ? ModelCallReader.ReadService(resources.TakePayload()) ?? "" : "", bytes.Received, bytes.Withheld);
    }

    private void NoteHeld(Response reason)
    {
        if (reason.Failure == FailureKind.StorageUnavailable)
            _reasonNotStored ??= reason;
        else
            _reasonStopped ??= reason;
        report.ReasonHeld = ReasonHeld;
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
