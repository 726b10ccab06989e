using SpanRelay.Dynatrace;
using SpanRelay.Otlp;
using SpanRelay.Pipeline;

namespace SpanRelay.DeadLetters;

/// <summary>What is set aside, and all that the relay knows of it.</summary>
internal readonly record struct Undeliverable
{
    public required DeadLetterReason Reason { get; init; }

    /// <summary>The event that it is, or is of.</summary>
    public required EventKey Event { get; init; }

    /// <summary>When the event came to the Event Hub; null where the host did not say.</summary>
    public DateTimeOffset? EnqueuedAt { get; init; }

    /// <summary>Of the event's spans, the place of the first one here: what is set aside for the same reason, there, is the same.</summary>
    public int FirstPlace { get; init; }

    /// <summary>How many spans; 0 for an event that cannot be read.</summary>
    public long Spans { get; init; }

    /// <summary>Redacted, but for <see cref="DeadLetterReason.Unreadable"/>. Valid until it was taken.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Why it cannot be read.</summary>
    public PayloadProblem Problem { get; init; }

    /// <summary>What Dynatrace answered; for what expired, why it was held until then; null where neither is known.</summary>
    public Response? Response { get; init; }

    /// <summary>Since the end of the oldest span, or, of those ahead, until that of the latest.</summary>
    public TimeSpan Age { get; init; }

    public Undeliverable()
    {
    }
}
