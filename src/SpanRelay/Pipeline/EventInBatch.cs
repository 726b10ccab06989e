using SpanRelay.DeadLetters;

namespace SpanRelay.Pipeline;

/// <summary>An event whose spans are being delivered, and which of them are settled.</summary>
/// <param name="Key">Identifies the event when it is redelivered.</param>
/// <param name="EnqueuedAt">When the Event Hub accepted it; null where the host does not say.</param>
/// <param name="Settled">The spans that were delivered or dead-lettered, now or at an earlier delivery.</param>
/// <param name="Places">The places of the spans to send in the redacted export; null for all of them.</param>
internal sealed record EventInBatch(EventKey Key, DateTimeOffset? EnqueuedAt, SpanSet Settled, int[]? Places)
{
    public int PlaceOf(int sentSpan) => Places is null ? sentSpan : Places[sentSpan];
}

/// <summary>Consecutive spans of an event that are sent.</summary>
internal readonly record struct SpanRun(EventInBatch Event, int First, int Count);
