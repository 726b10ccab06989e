namespace SpanRelay.Delivery;

/// <summary>Why something is not delivered and will not be tried again.</summary>
public enum SetAsideReason
{
    /// <summary>The event's body is not a trace export. The payload is the body as it came, not redacted.</summary>
    Unreadable,

    /// <summary>Dynatrace refuses this one span.</summary>
    Rejected,

    /// <summary>Dynatrace took the request and refused some of its spans, without saying which. The payload is the request.</summary>
    RefusedInPart,

    /// <summary>The spans ended longer ago than <see cref="RelayOptions.MaxSpanAge"/>, at first sight or while they were held.</summary>
    TooOld,

    /// <summary>The spans end further ahead than Dynatrace takes: the sender's clock is wrong.</summary>
    TooFarAhead,

    /// <summary>The spans have no end, which Dynatrace takes for 1970.</summary>
    WithoutEnd,
}

/// <summary>What is set aside, and all that is known of it.</summary>
public readonly record struct SetAside
{
    public required SetAsideReason Reason { get; init; }

    /// <summary>The event's sequence number in its partition; null where the host did not say, or where several events are concerned.</summary>
    public long? SequenceNumber { get; init; }

    /// <summary>0 for an event that cannot be read.</summary>
    public long Spans { get; init; }

    /// <summary>Redacted, but for <see cref="SetAsideReason.Unreadable"/>. Valid until it was taken.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>What Dynatrace answered; null where it was not asked.</summary>
    public Answer? Answer { get; init; }

    /// <summary>In whose words it says why: the decoder's, or why the batch was held before.</summary>
    public string Message { get; init; } = "";

    /// <summary>Since the end of the oldest span, or, of those ahead, until that of the latest.</summary>
    public TimeSpan Age { get; init; }

    public SetAside()
    {
    }
}
