using SpanRelay.Diagnosis;
using SpanRelay.Dynatrace;
using SpanRelay.Otlp;

namespace SpanRelay.DeadLetters;

/// <summary>
/// What the relay says when something cannot be delivered, for <see cref="DeadLetterRecorder"/> to find out why: what was set
/// aside, or an incident, which has no payload. It holds facts, no secret, and nothing of a payload.
/// </summary>
public sealed record DeadLetter
{
    /// <summary>Made of partition, sequence number and content, so that what is set aside once more is the same letter.</summary>
    public required string Id { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Under which it is filed: the day on which the event came.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>Why it is set aside; null for an incident.</summary>
    public DeadLetterReason? Reason { get; init; }

    /// <summary>Null for what is set aside.</summary>
    public Incident? Incident { get; init; }

    /// <summary>The event's partition; "?" where the host did not say.</summary>
    public string Partition { get; init; } = "?";

    /// <summary>The event's sequence number in its partition; null where the host did not say.</summary>
    public long? SequenceNumber { get; init; }

    /// <summary>How many spans; 0 for an event that cannot be read, and for an incident.</summary>
    public long Spans { get; init; }

    /// <summary>How large the payload is, as it came or as protobuf; 0 for an incident.</summary>
    public long PayloadBytes { get; init; }

    /// <summary>Why it cannot be read.</summary>
    public PayloadProblem Problem { get; init; }

    /// <summary>What Dynatrace answered, or what kept it from answering; for what expired, why it was held until then.</summary>
    public Response? Response { get; init; }

    /// <summary>For what could not be recorded, why not.</summary>
    public string Trouble { get; init; } = "";

    /// <summary>For what could not be recorded, the letter that it was, where it was one.</summary>
    public string? About { get; init; }

    /// <summary>Since the end of the oldest span when it was set aside, or, of those ahead, until that of the latest.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>The address that was sent to.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The limit that what is too old was over: Relay__MaxSpanAge.</summary>
    public TimeSpan MaxSpanAge { get; init; }

    /// <summary>The event's body as it came, in the quarantine: it could not be read, so it is not redacted.</summary>
    public bool IsQuarantined => Reason == DeadLetterReason.Unreadable;
}
