namespace SpanRelay.DeadLetters;

/// <summary>A dead letter or an incident as a list shows it: what is stored, and the summary of its record.</summary>
public sealed record ArchivedLetter
{
    public required string Id { get; init; }

    /// <summary>Null when it is not recorded (yet).</summary>
    public RecordSummary? Summary { get; init; }

    /// <summary>The payload's size as stored; null for an incident, and where the payload was deleted by other means.</summary>
    public long? PayloadBytes { get; init; }

    /// <summary>The payload is an event as received: not redacted.</summary>
    public bool IsQuarantined { get; init; }

    /// <summary>Null when it was not replayed.</summary>
    public ReplayMark? Replayed { get; init; }

    /// <summary>When it was dead-lettered.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Why its record cannot be read; empty when it can, or when there is none.</summary>
    public string Problem { get; init; } = "";

    public bool IsRecorded => Summary is not null;

    public bool IsIncident => Summary is { Reason: null };
}
