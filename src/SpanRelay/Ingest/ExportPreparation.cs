using SpanRelay.Buffers;
using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Otlp;
using SpanRelay.Pipeline;
using SpanRelay.Redaction;
using SpanRelay.Telemetry;

namespace SpanRelay.Ingest;

/// <summary>Decodes, redacts and splits one export after the other, by the same code as the relay. Safe for concurrent use.</summary>
/// <param name="sent">Redacts what is sent to the Event Hub.</param>
/// <param name="stored">Redacts what is dead-lettered.</param>
internal sealed class ExportPreparation(Redactor sent, Redactor stored, int maxEventBytes, TimeProvider time)
{
    // Where resources are small beside their spans, three times the export is written at most.
    private const int MostRepetition = 8;
    private const int SmallExport = 1024 * 1024;
    private const string Partition = "ingest"; // In place of the partition that the event does not have yet.

    private readonly SpanLifetime _anyEnd = new(maxAge: null, time);
    private readonly SettledSpans _nothing = new();

    /// <param name="body">As received.</param>
    public PreparedExport Prepare(IngestHeaders headers, ReadOnlyMemory<byte> body)
    {
        using var reader = new EventReader(sent, _anyEnd, _nothing);
        var decoded = reader.Decode(new IncomingEvent(body));
        if (decoded.Problem == PayloadProblem.Empty && !headers.IsJson)
            return new PreparedExport(); // An export without resources takes no byte.
        if (decoded.Problem == PayloadProblem.None && headers.Contradiction(decoded.Form) is { } contradiction)
            return PreparedExport.Refused(contradiction);

        var redacted = reader.Redact(decoded);
        CountRedactions(redacted);
        return redacted.IsReadable ? Split(reader.Sort(redacted, Partition, index: 0)) : PreparedExport.Refused(Refuse(redacted.Result.Problem, body));
    }

    private void CountRedactions(in RedactedEvent redacted)
    {
        for (var rule = 0; redacted.IsReadable && RelayMetrics.Redactions.Enabled && rule < sent.Rules.Count; rule++)
        {
            if (redacted.Hits.Span[rule] is var hits and > 0)
                RelayMetrics.Redactions.Add(hits, new(RelayMetrics.Rule, sent.Rules[rule]), new(RelayMetrics.Source, RelayMetrics.Ingest));
        }
    }

    private PreparedExport Split(in SortedEvent sorted)
    {
        var export = sorted.ToSend.Span;
        using var groups = new TraceGroups();
        using var cutter = new EventCutter(maxEventBytes, MostBytes(export));
        var fits = groups.TryFill(export, MostBytes(export));
        for (var group = 0; fits && group < TraceGroups.Count; group++)
            fits = cutter.TryCut(groups[group].Span, TraceGroups.PartitionKey(group));
        if (!fits)
            return PreparedExport.Refused(new IngestReply(413, $"The export's resources and scopes are large, and each event repeats them: it would grow more than {MostRepetition} times. Send fewer spans in one export, or smaller resource attributes."));

        List<Undeliverable> deadLetters = [.. WithoutIds(sorted), .. TooLarge(sorted, cutter.TooLarge)];
        return deadLetters.Exists(each => each.Payload.IsEmpty)
            ? PreparedExport.Refused(Refuse(PayloadProblem.TooSlow))
            : new PreparedExport { Events = cutter.Events, DeadLetters = deadLetters };
    }

    private static long MostBytes(ReadOnlySpan<byte> export) => MostRepetition * (long)Math.Max(export.Length, SmallExport);

    private List<Undeliverable> WithoutIds(in SortedEvent sorted)
    {
        List<Undeliverable> found = [];
        foreach (var expired in sorted.Expired)
        {
            using var payload = new PooledBuffer();
            SpanSelection.Copy(sorted.Redacted.Export.Span, expired.Places, payload);
            found.Add(Undeliverable(sorted, expired.Reason, expired.Places.Length, firstPlace: 0, payload.WrittenSpan));
        }

        return found;
    }

    private List<Undeliverable> TooLarge(SortedEvent sorted, IReadOnlyList<byte[]> exports) =>
        [.. exports.Select((export, place) => Undeliverable(sorted, DeadLetterReason.TooLargeForEvent, spans: 1, place, export))];

    private Undeliverable Undeliverable(in SortedEvent sorted, DeadLetterReason reason, int spans, int firstPlace, ReadOnlySpan<byte> payload) => new()
    {
        Reason = reason,
        Event = sorted.Event.Key,
        FirstPlace = firstPlace,
        Spans = spans,
        Payload = sent == stored ? payload.ToArray() : Redact(payload),
    };

    /// <returns>Nothing where redaction takes too long.</returns>
    private byte[] Redact(ReadOnlySpan<byte> payload)
    {
        using var output = new PooledBuffer();
        stored.Redact(payload, output, new int[stored.Rules.Count]);
        return output.WrittenSpan.ToArray();
    }

    private static IngestReply Refuse(PayloadProblem problem, ReadOnlyMemory<byte> body) =>
        problem is not (PayloadProblem.OutOfMemory or PayloadProblem.TooSlow) && PayloadClassifier.Classify(body, problem) == CauseCatalog.OtherSignal
            ? new IngestReply(400, "The body holds logs, metrics or profiles, and this address takes traces only. Configure the sender to export only traces here.")
            : Refuse(problem);

    private static IngestReply Refuse(PayloadProblem problem) => problem switch
    {
        PayloadProblem.OutOfMemory => IngestReply.Busy(problem.Explain()),
        PayloadProblem.InflatesTooFar or PayloadProblem.TooSlow => new IngestReply(413, $"{problem.Explain()} Send smaller exports."),
        _ => new IngestReply(400, problem.Explain()),
    };
}
