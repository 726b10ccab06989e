namespace SpanRelay.DeadLetters;

/// <summary>Why something is dead-lettered.</summary>
public enum DeadLetterReason
{
    /// <summary>The event's body is not a trace export. The payload is the body as received, not redacted.</summary>
    Unreadable,

    /// <summary>Dynatrace rejects this one span.</summary>
    Rejected,

    /// <summary>Dynatrace accepted the request but rejected some of its spans, without saying which. The payload is all that the request held of the event.</summary>
    RefusedInPart,

    /// <summary>The spans ended longer ago than Relay__MaxSpanAge, before they arrived or while they were held.</summary>
    TooOld,

    /// <summary>The spans end further in the future than Dynatrace accepts: the sender's clock is wrong.</summary>
    TooFarAhead,

    /// <summary>The spans have no end, which Dynatrace reads as 1970.</summary>
    WithoutEnd,

    /// <summary>The spans lack a valid trace id or span id. Other spans of their event have both.</summary>
    WithoutIds,

    /// <summary>A span that was sent to the OTLP address is larger than an event may be. Dynatrace may accept it: replay it.</summary>
    TooLargeForEvent,

    /// <summary>A message of the dead-letter queue could not be processed. An unreadable message is quarantined; any other is in the poison queue.</summary>
    Unrecorded,
}
