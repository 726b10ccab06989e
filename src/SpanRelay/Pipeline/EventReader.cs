using System.IO.Hashing;
using SpanRelay.Buffers;
using SpanRelay.Otlp;
using SpanRelay.Redaction;
using SpanRelay.Sending;

namespace SpanRelay.Pipeline;

/// <summary>Makes of each event of a batch what can be sent: decoded, redacted, without what is settled or expired. Owns its buffers; for one batch.</summary>
internal sealed class EventReader(EventBatch batch, Redactor redactor, SpanLifetime lifetime, SettledSpans memory) : IDisposable
{
    private readonly PayloadDecoder _decoder = new();
    private readonly PooledBuffer _redacted = new();
    private readonly PooledBuffer _selected = new();
    private readonly SpanSorting _sorting = new();
    private readonly int[] _hits = new int[redactor.Rules.Count];

    /// <summary>What redaction came to. With a problem, there is nothing to send.</summary>
    public RedactionResult Result { get; private set; }

    /// <summary>How often each of the redactor's rules acted.</summary>
    public ReadOnlySpan<int> Hits => _hits;

    public EventInBatch Event { get; private set; } = null!;

    /// <summary>How many of its spans were settled when the event came before; for one that cannot be read, 1 if that was said.</summary>
    public int SettledBefore { get; private set; }

    /// <summary>How many spans <see cref="Living"/> holds.</summary>
    public int SpansToSend { get; private set; }

    /// <summary>What may not be sent, by reason.</summary>
    public IReadOnlyList<ExpiredSpans> Expired { get; private set; } = [];

    public (ulong Oldest, ulong Newest) Ends => (_sorting.OldestEnd, _sorting.NewestEnd);

    public void Read(int index)
    {
        _redacted.Truncate(0);
        _hits.AsSpan().Clear();
        var body = batch.Bodies[index].WrittenMemory;
        var export = _decoder.Decode(body, out var problem);
        Result = problem == PayloadProblem.None ? redactor.Redact(export, _redacted, _hits) : new RedactionResult { Problem = problem };
        var isReadable = Result.Problem == PayloadProblem.None;

        var number = batch.SequenceNumberOf(index);
        var content = isReadable ? _redacted.WrittenSpan : body.Span;
        var key = new EventKey(batch.Partition, number ?? -1 - index, XxHash128.HashToUInt128(content));
        var settled = memory.Recall(key) ?? new SpanSet(isReadable ? Result.Spans : 1);
        SettledBefore = settled.Count;
        Event = new EventInBatch(key, batch.EnqueuedAt(index), settled, Places: null);
        (SpansToSend, Expired) = (Result.Spans, []);
        if (isReadable && (SettledBefore > 0 || !lifetime.HoldsFor(Result)))
            Part(settled);
    }

    /// <summary>An export of some of the event's spans, valid until the next call.</summary>
    public ReadOnlyMemory<byte> Select(ReadOnlySpan<int> places)
    {
        _selected.Truncate(0);
        SpanSelection.Copy(_redacted.WrittenSpan, places, _selected);
        return _selected.WrittenMemory;
    }

    /// <summary>An export of what is to be sent, valid until the next call.</summary>
    public ReadOnlyMemory<byte> Living() => Event.Places is { } places ? Select(places) : _redacted.WrittenMemory;

    public void Dispose()
    {
        _decoder.Dispose();
        _redacted.Dispose();
        _selected.Dispose();
    }

    private void Part(SpanSet settled)
    {
        _sorting.Sort(_redacted.WrittenSpan, settled, lifetime.Bounds);
        var living = _sorting.Living;
        Event = Event with { Places = living };
        (SpansToSend, Expired) = (living.Length, [.. _sorting.Expired]);
    }
}
