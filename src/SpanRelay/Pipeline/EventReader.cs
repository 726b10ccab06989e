using System.IO.Hashing;
using SpanRelay.Buffers;
using SpanRelay.DeadLetters;
using SpanRelay.Otlp;
using SpanRelay.Redaction;
using SpanRelay.Telemetry;

namespace SpanRelay.Pipeline;

/// <summary>
/// Takes one event after the other through decoding, redaction and sorting. Owns the buffers, so what it returns is valid
/// until they are released, or the next event. For one batch. An event that exhausts the memory counts as unreadable, and does not affect the next one.
/// </summary>
internal sealed class EventReader(Redactor redactor, SpanLifetime lifetime, SettledSpans settledSpans) : IDisposable
{
    private readonly PayloadDecoder _decoder = new();
    private readonly PooledBuffer _redacted = new();
    private readonly PooledBuffer _selected = new();
    private readonly SpanSorter _sorter = new();
    private readonly int[] _hits = new int[redactor.Rules.Count];
    private readonly List<ResourceBytes> _resources = [];

    /// <summary>Finds the OTLP protobuf in a body of any supported form.</summary>
    public DecodedEvent Decode(in IncomingEvent incoming)
    {
        try
        {
            var export = _decoder.Decode(incoming.Body, out var problem);
            if (RelayMetrics.EventsByForm.Enabled)
                RelayMetrics.EventsByForm.Add(1, new KeyValuePair<string, object?>(RelayMetrics.Form, _decoder.Form.Name()));
            return new DecodedEvent(incoming, export, problem) { Form = _decoder.Form };
        }
        catch (OutOfMemoryException)
        {
            Release();
            return new DecodedEvent(incoming, [], PayloadProblem.OutOfMemory);
        }
    }

    /// <summary>Writes the canonical export that may be sent. The decoded bytes are no longer valid.</summary>
    public RedactedEvent Redact(in DecodedEvent decoded)
    {
        _redacted.Truncate(0);
        _hits.AsSpan().Clear();
        _resources.Clear();
        if (decoded.Problem != PayloadProblem.None)
            return Unreadable(decoded, decoded.Problem);

        try
        {
            var result = redactor.Redact(decoded.Export, _redacted, _hits, null, _resources);
            _decoder.Release();
            return new RedactedEvent(decoded.Incoming, result, _redacted.WrittenMemory, _hits, _resources);
        }
        catch (OutOfMemoryException)
        {
            Release();
            return Unreadable(decoded, PayloadProblem.OutOfMemory);
        }
    }

    /// <summary>Tells the spans to send from those that are settled already and those that Dynatrace would drop or reject.</summary>
    public SortedEvent Sort(in RedactedEvent redacted, string partition, int index)
    {
        var content = redacted.IsReadable ? redacted.Export.Span : redacted.Incoming.Body.Span;
        var key = new EventKey(partition, redacted.Incoming.SequenceNumber ?? -1 - index, XxHash128.HashToUInt128(content));
        var settled = settledSpans.Recall(key) ?? new SpanSet(redacted.IsReadable ? redacted.Result.Spans : 1);
        var sorted = new SortedEvent
        {
            Redacted = redacted,
            Event = new EventInBatch(key, redacted.Incoming.EnqueuedAt, settled, Places: null),
            SettledBefore = settled.Count,
            ToSend = redacted.Export,
            SpansToSend = redacted.Result.Spans,
        };
        return redacted.IsReadable && (sorted.SettledBefore > 0 || !lifetime.HoldsFor(redacted.Result)) ? Part(sorted) : sorted;
    }

    /// <summary>Releases the memory that only a large event needs. Everything returned for the event is no longer valid.</summary>
    public void Release()
    {
        _decoder.Release();
        _redacted.Truncate(0);
        _selected.Truncate(0);
    }

    public void Dispose()
    {
        _decoder.Dispose();
        _redacted.Dispose();
        _selected.Dispose();
    }

    private RedactedEvent Unreadable(in DecodedEvent decoded, PayloadProblem problem) =>
        new(decoded.Incoming, new RedactionResult { Problem = problem }, ReadOnlyMemory<byte>.Empty, _hits, []);

    private SortedEvent Part(SortedEvent whole)
    {
        var export = whole.Redacted.Export;
        _sorter.Sort(export.Span, whole.Event.Settled, lifetime.Bounds);
        var living = _sorter.Living;
        _selected.Truncate(0);
        SpanSelection.Copy(export.Span, living, _selected);
        return whole with
        {
            Event = whole.Event with { Places = living },
            ToSend = _selected.WrittenMemory,
            SpansToSend = living.Length,
            Expired = [.. _sorter.Expired],
            OldestAge = lifetime.AgeOf(_sorter.OldestEnd),
            NewestAge = lifetime.AgeOf(_sorter.NewestEnd),
        };
    }
}

/// <param name="export">OTLP protobuf, not redacted; empty with a problem.</param>
internal readonly ref struct DecodedEvent(IncomingEvent incoming, ReadOnlySpan<byte> export, PayloadProblem problem)
{
    public IncomingEvent Incoming { get; } = incoming;

    public ReadOnlySpan<byte> Export { get; } = export;

    public PayloadProblem Problem { get; } = problem;

    /// <summary>In which form the spans were read.</summary>
    public PayloadForm Form { get; init; }
}

/// <param name="Export">Redacted and canonical; meaningless where the event is not readable.</param>
/// <param name="Hits">How often each of the redactor's rules acted.</param>
/// <param name="Resources">The bytes of each resource with its spans, in order.</param>
internal readonly record struct RedactedEvent(
    IncomingEvent Incoming, RedactionResult Result, ReadOnlyMemory<byte> Export, ReadOnlyMemory<int> Hits, IReadOnlyList<ResourceBytes> Resources)
{
    public bool IsReadable => Result.Problem == PayloadProblem.None;
}

/// <summary>An event by what happens to its spans next.</summary>
internal readonly record struct SortedEvent
{
    public required RedactedEvent Redacted { get; init; }

    public required EventInBatch Event { get; init; }

    /// <summary>Number of spans that an earlier delivery settled; for an unreadable event, 1 if it was quarantined.</summary>
    public required int SettledBefore { get; init; }

    /// <summary>An export of the spans to send.</summary>
    public required ReadOnlyMemory<byte> ToSend { get; init; }

    public required int SpansToSend { get; init; }

    /// <summary>Spans that Dynatrace would drop, by reason.</summary>
    public IReadOnlyList<ExpiredSpans> Expired { get; init; } = [];

    /// <summary>Time since the earliest end.</summary>
    public TimeSpan OldestAge { get; init; }

    /// <summary>Time since, or until, the latest end.</summary>
    public TimeSpan NewestAge { get; init; }

    public SortedEvent()
    {
    }
}
