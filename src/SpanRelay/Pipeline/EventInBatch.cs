namespace SpanRelay.Pipeline;

/// <summary>An event whose spans are being delivered, and which of them are settled.</summary>
/// <param name="Key">By what it is known when it comes again.</param>
/// <param name="EnqueuedAt">When it came to the Event Hub; null where the host did not say.</param>
/// <param name="Settled">The spans that were delivered or set aside, now or when it came before.</param>
/// <param name="Places">Where the spans that are sent now stand in the redacted export; null for all of them.</param>
internal sealed record EventInBatch(EventKey Key, DateTimeOffset? EnqueuedAt, SpanSet Settled, int[]? Places)
{
    public int PlaceOf(int sentSpan) => Places is null ? sentSpan : Places[sentSpan];
}

/// <summary>An event is the same when it has the same place and the same content.</summary>
/// <param name="SequenceNumber">Below 0 where the host did not say.</param>
internal readonly record struct EventKey(string Partition, long SequenceNumber, UInt128 ContentHash);

/// <summary>Some spans of an event that are sent, one behind the other.</summary>
internal readonly record struct SpanRun(EventInBatch Event, int First, int Count);
