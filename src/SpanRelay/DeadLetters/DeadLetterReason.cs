namespace SpanRelay.DeadLetters;

/// <summary>Why something is not delivered and will not be tried again by itself.</summary>
public enum DeadLetterReason
{
    /// <summary>The event's body is not a trace export. The payload is the body as it came, not redacted.</summary>
    Unreadable,

    /// <summary>Dynatrace refuses this one span.</summary>
    Rejected,

    /// <summary>Dynatrace took the request and refused some of its spans, without saying which. The payload is all that the request held of the event.</summary>
    RefusedInPart,

    /// <summary>The spans ended longer ago than <see cref="RelayOptions.MaxSpanAge"/>, at first sight or while they were held.</summary>
    TooOld,

    /// <summary>The spans end further ahead than Dynatrace takes: the sender's clock is wrong.</summary>
    TooFarAhead,

    /// <summary>The spans have no end, which Dynatrace takes for 1970.</summary>
    WithoutEnd,

    /// <summary>A message of the dead-letter queue could not be handled, and is in the poison queue. There is no payload of its own.</summary>
    Unrecorded,
}
