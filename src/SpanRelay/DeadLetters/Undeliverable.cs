using SpanRelay.Dynatrace;
using SpanRelay.Otlp;

namespace SpanRelay.DeadLetters;

/// <summary>What cannot be delivered, and all that the relay knows about it.</summary>
internal readonly record struct Undeliverable
{
    public required DeadLetterReason Reason { get; init; }

    /// <summary>The event that it is, or belongs to.</summary>
    public required EventKey Event { get; init; }

    /// <summary>When the Event Hub accepted the event; null where the host does not say.</summary>
    public DateTimeOffset? EnqueuedAt { get; init; }

    /// <summary>The place of its first span among the event's. The same reason at the same place is the same dead letter.</summary>
    public int FirstPlace { get; init; }

    /// <summary>0 for an event that cannot be read.</summary>
    public long Spans { get; init; }

    /// <summary>Redacted, except for <see cref="DeadLetterReason.Unreadable"/>. Valid until it is stored.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Why it cannot be read.</summary>
    public PayloadProblem Problem { get; init; }

    /// <summary>Dynatrace's response; for expired spans, why they were held until then; null where neither is known.</summary>
    public Response? Response { get; init; }

    /// <summary>Time since the end of the oldest span, or, for spans in the future, until the latest end.</summary>
    public TimeSpan Age { get; init; }

    public Undeliverable()
    {
    }
}
