namespace SpanRelay.DeadLetters;

/// <summary>The record of a dead letter or an incident: what happened, why, and what to do.</summary>
public sealed record DeadLetterRecord
{
    public required DeadLetter Letter { get; init; }

    /// <summary>The cause, the evidence for it, and the next step.</summary>
    public required DiagnosedCause Diagnosis { get; init; }

    /// <summary>The services whose spans these are, the first few.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>The traces that the spans are of, the first few, in hex.</summary>
    public IReadOnlyList<string> TraceIds { get; init; } = [];

    public DateTimeOffset? OldestEnd { get; init; }

    public DateTimeOffset? NewestEnd { get; init; }

    /// <summary>Until then Dynatrace would keep all of the spans; null where there is nothing to send.</summary>
    public DateTimeOffset? ReplayableUntil { get; init; }

    /// <summary>Where the payload is, as container and blob; null for an incident.</summary>
    public string? Payload { get; init; }
}
