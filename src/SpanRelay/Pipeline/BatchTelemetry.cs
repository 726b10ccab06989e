using System.Diagnostics;
using SpanRelay.Otlp;
using SpanRelay.Telemetry;

namespace SpanRelay.Pipeline;

/// <summary>Measures and traces one batch: the only place where its report becomes metrics. Without <see cref="Complete"/> the batch was aborted, and what is not settled counts as held.</summary>
internal sealed class BatchTelemetry : IDisposable
{
    /// <summary>How many traces of the senders a batch is linked to at most.</summary>
    internal const int MostLinks = 8;

    private readonly KeyValuePair<string, object?> _source;
    private readonly RelayReport _report;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Activity? _activity;
    private readonly HashSet<ActivityTraceId> _linked = [];
    private bool _isComplete;

    /// <param name="report">Read when the batch has ended.</param>
    public BatchTelemetry(EventBatch batch, RelayReport report, TimeProvider time)
    {
        (_report, _time, _start) = (report, time, time.GetTimestamp());
        _source = new(RelayMetrics.Source, batch.IsReplay ? RelayMetrics.Replay : RelayMetrics.EventHub);
        _activity = RelayTelemetry.Source.StartActivity("process spans", ActivityKind.Consumer)
            ?.SetTag("messaging.system", "eventhubs")
            .SetTag("messaging.operation.type", "process")
            .SetTag("messaging.batch.message_count", batch.Events.Count)
            .SetTag("messaging.destination.partition.id", Label(batch.Partition));
        if (RelayMetrics.BatchLag.Enabled && batch.Events.Min(each => each.EnqueuedAt) is { } oldest)
            RelayMetrics.BatchLag.Record(Math.Max(0, (time.GetUtcNow() - oldest).TotalSeconds), new KeyValuePair<string, object?>(RelayMetrics.Partition, Label(batch.Partition)));
    }

    /// <summary>Links the batch's trace to the traces of an event's first spans.</summary>
    /// <param name="export">Canonical.</param>
    public void Link(ReadOnlySpan<byte> export)
    {
        if (_activity is not { IsAllDataRequested: true } || _linked.Count == MostLinks)
            return;

        var found = SpanSelection.ReadIds(export, MostLinks);
        foreach (var (trace, span) in found)
        {
            if (_linked.Count < MostLinks && _linked.Add(trace))
                _activity.AddLink(new ActivityLink(new ActivityContext(trace, span, ActivityTraceFlags.Recorded, isRemote: true)));
        }
    }

    public void Complete() => _isComplete = true;

    public void Dispose()
    {
        var outcome = !_isComplete ? "aborted" : _report.IsSettled ? "settled" : "held";
        RelayMetrics.BatchDuration.Record(_time.GetElapsedTime(_start).TotalSeconds, new(RelayMetrics.Outcome, outcome), _source);
        if (_report.OldestSpanSeconds is { } age)
            RelayMetrics.OldestSpanAge.Record(Math.Max(0, age + _time.GetElapsedTime(_start).TotalSeconds), _source);
        CountSpans();
        CountEvents();
        CountBytes();
        Finish(outcome);
    }

    private void CountSpans()
    {
        RelayMetrics.SpansReceived.Add(_report.Spans, _source);
        Add(RelayMetrics.Spans, "delivered", _report.SpansDelivered);
        Add(RelayMetrics.Spans, "dead_lettered", _report.SpansDeadLettered);
        Add(RelayMetrics.Spans, "settled_before", _report.SpansSettledBefore);
        Add(RelayMetrics.Spans, "held", _isComplete ? _report.SpansHeld : _report.Spans - _report.SpansDelivered - _report.SpansDeadLettered - _report.SpansSettledBefore);
    }

    private void CountEvents()
    {
        Add(RelayMetrics.Events, "read", _report.EventsRead);
        Add(RelayMetrics.Events, "quarantined", _report.UndecodableEvents);
        Add(RelayMetrics.Events, "settled_before", _report.UndecodableSettledBefore);
        Add(RelayMetrics.Events, "held", _isComplete ? _report.UndecodableHeld : _report.Events - _report.EventsRead - _report.UndecodableEvents - _report.UndecodableSettledBefore);
    }

    private void CountBytes()
    {
        RelayMetrics.BytesReceived.Add(_report.BytesIn, _source);
        RelayMetrics.BytesSent.Add(_report.BytesOut, _source);
        RelayMetrics.AttributesRemoved.Add(_report.AttributesRemoved, _source);
        RelayMetrics.FieldsRemoved.Add(_report.UnknownFieldsRemoved, _source);
        foreach (var (rule, hits) in _report.Redactions)
            RelayMetrics.Redactions.Add(hits, new(RelayMetrics.Rule, rule), _source);
        foreach (var savings in _report.Savings.Values)
        {
            Withheld("content", savings.Content);
            Withheld("credentials", savings.Credentials);
            Withheld("unknown_fields", savings.UnknownFields);
            Withheld("policy", savings.Policy);
        }
    }

    private void Finish(string outcome)
    {
        if (_activity is null)
            return;

        _activity.SetTag("spanrelay.outcome", outcome)
            .SetTag("spanrelay.spans.received", _report.Spans)
            .SetTag("spanrelay.spans.delivered", _report.SpansDelivered)
            .SetTag("spanrelay.spans.dead_lettered", _report.SpansDeadLettered)
            .SetTag("spanrelay.spans.held", _report.SpansHeld);
        if (outcome != "settled")
            _activity.SetStatus(ActivityStatusCode.Error, _report.ReasonHeld is { } reason ? $"{reason.Outcome}, {reason.StatusText}" : outcome);
        _activity.Dispose();
    }

    private void Add(System.Diagnostics.Metrics.Counter<long> counter, string outcome, long count)
    {
        if (count > 0)
            counter.Add(count, new(RelayMetrics.Outcome, outcome), _source);
    }

    private void Withheld(string reason, long bytes)
    {
        if (bytes > 0)
            RelayMetrics.BytesWithheld.Add(bytes, new(RelayMetrics.Reason, reason), _source);
    }

    /// <summary>An Event Hub numbers its partitions.</summary>
    private static string Label(string partition) => partition.Length <= 4 && partition.All(char.IsAsciiDigit) ? partition : "other";
}
