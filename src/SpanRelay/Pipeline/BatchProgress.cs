using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.GenAi.Metrics;
using SpanRelay.Otlp;

namespace SpanRelay.Pipeline;

/// <summary>Records what happens to each span of a batch, once: the only place that counts. Several requests use it at a time.</summary>
internal sealed class BatchProgress : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly MetricsOptions? _metrics;
    private readonly BatchTelemetry _telemetry;
    private readonly List<(EventKey Key, SpanSet Settled)> _events = [];
    private volatile Response? _reasonStopped;
    private volatile Response? _reasonNotStored;
    private volatile bool _hasPassed;

    /// <param name="metrics">Null where no metrics are made of the spans delivered.</param>
    public BatchProgress(EventBatch batch, MetricsOptions? metrics, TimeProvider time)
    {
        (_metrics, _time) = (metrics, time);
        Report = new RelayReport { Partition = batch.Partition, Events = batch.Events.Count };
        Counted = metrics is null ? null : new MetricSet(metrics.MaxLabelSets);
        _telemetry = new BatchTelemetry(batch, Report, time);
    }

    public RelayReport Report { get; }

    /// <summary>Why something of the batch is held; null while nothing is.</summary>
    public Response? ReasonHeld => _reasonStopped ?? _reasonNotStored;

    /// <summary>Why nothing more of the batch is sent; null while Dynatrace may accept it. Dead letters that cannot be stored stop nothing.</summary>
    public Response? ReasonStopped => _reasonStopped;

    /// <summary>Dynatrace processed a request of the batch: token and address work.</summary>
    public bool HasPassed => _hasPassed;

    public IReadOnlyList<(EventKey Key, SpanSet Settled)> Events => _events;

    /// <summary>Metrics of the spans delivered; null where none are sent.</summary>
    public MetricSet? Counted { get; }

    /// <summary>An event was read.</summary>
    /// <param name="rules">The names of the redactor's rules.</param>
    public void Read(in SortedEvent sorted, IReadOnlyList<string> rules)
    {
        _telemetry.Link(sorted.Redacted.Export.Span);
        lock (_lock)
        {
            _events.Add((sorted.Event.Key, sorted.Event.Settled));
            Report.BytesIn += sorted.Redacted.Incoming.Body.Length;
            if (!sorted.Redacted.IsReadable)
            {
                Report.UndecodableSettledBefore += sorted.SettledBefore;
                return;
            }

            Report.Note(sorted.Redacted.Result, _time.GetUtcNow());
            Report.NoteRedactions(rules, sorted.Redacted.Hits.Span);
            NoteSavings(sorted.Redacted);
            Report.SpansSettledBefore += sorted.SettledBefore;
        }
    }

    public void Sent(int requests, long bytes, Response response)
    {
        lock (_lock)
        {
            _hasPassed |= !response.Outcome.IsHeld();
            Report.Requests += requests;
            Report.BytesOut += bytes;
        }
    }

    /// <summary>Measures the model spans of a request that Dynatrace accepted whole.</summary>
    public void Measure(IDivisible export, Range units)
    {
        if (Counted is null)
            return;

        lock (Counted)
            ModelCallReader.Read(export.Bytes(units).Span, _metrics!.ByTeam, Counted);
    }

    /// <summary>Dynatrace accepted them, all but the refused number.</summary>
    public void Delivered(IEnumerable<SpanRun> runs, long refused)
    {
        lock (_lock)
        {
            Report.SpansDelivered += Settle(runs) - refused;
            Report.SpansDeadLettered += refused;
        }
    }

    public void DeadLettered(IEnumerable<SpanRun> runs)
    {
        lock (_lock)
            Report.SpansDeadLettered += Settle(runs);
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

            Report.SpansDeadLettered += expired.Places.Length - expired.Before;
            Report.SpansExpired += expired.Places.Length - expired.Before;
        }
    }

    /// <summary>An event that cannot be read was quarantined.</summary>
    public void Quarantined(SpanSet settled)
    {
        lock (_lock)
        {
            settled.Add(0);
            Report.UndecodableEvents++;
        }
    }

    /// <summary>An event that cannot be read could not be quarantined.</summary>
    public void QuarantineFailed(Response reason)
    {
        lock (_lock)
        {
            Report.UndecodableHeld++;
            NoteHeld(reason);
        }
    }

    public void Held(long spans, Response reason)
    {
        lock (_lock)
        {
            Report.SpansHeld += spans;
            NoteHeld(reason);
        }
    }

    /// <summary>Adds what redaction withheld. Once, for a batch that is settled: one that is held is read again.</summary>
    /// <returns><see cref="Counted"/>.</returns>
    public MetricSet? CountSavings()
    {
        foreach (var (service, savings) in Counted is null ? [] : Report.Savings)
            savings.AddTo(Counted!.For(new LabelSet { Service = service.Length == 0 ? null : service }));
        return Counted;
    }

    /// <summary>Marks the batch as processed; without this it counts as aborted.</summary>
    public void Complete() => _telemetry.Complete();

    public void Dispose() => _telemetry.Dispose();

    private void NoteSavings(in RedactedEvent redacted)
    {
        var resources = new MessageParts(redacted.Export.Span, TraceSchema.RequestResourceSpans);
        foreach (var bytes in redacted.Resources)
            Report.NoteSavings(resources.HasElement ? ModelCallReader.ReadService(resources.TakePayload()) ?? "" : "", bytes.Received, bytes.Withheld);
    }

    private void NoteHeld(Response reason)
    {
        if (reason.Failure == FailureKind.StorageUnavailable)
            _reasonNotStored ??= reason;
        else
            _reasonStopped ??= reason;
        Report.ReasonHeld = ReasonHeld;
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
