namespace SpanRelay.Otlp;

/// <summary>Why an event cannot be read as OTLP traces, and so can be neither redacted nor sent.</summary>
public enum PayloadProblem
{
    None,
    Empty,
    BrokenGzip,
    InflatesTooFar,
    InvalidJson,
    NotTraces,
    MalformedProtobuf,
    NestedTooDeep,
    SpanWithoutIds,
}

public static class PayloadProblemText
{
    /// <summary>One sentence for the user; it never quotes the payload.</summary>
    public static string Explain(this PayloadProblem problem) => problem switch
    {
        PayloadProblem.None => "The payload is readable.",
        PayloadProblem.Empty => "The event has no body.",
        PayloadProblem.BrokenGzip => "The body starts as gzip but is truncated or corrupt.",
        PayloadProblem.InflatesTooFar => $"The body inflates to more than {PayloadDecoder.MaxInflatedBytes >> 20} MiB.",
        PayloadProblem.InvalidJson => "The body starts as JSON but is not valid OTLP JSON.",
        PayloadProblem.NotTraces => "The body holds no resourceSpans: it is not an OTLP trace export.",
        PayloadProblem.MalformedProtobuf => "The body is not valid protobuf.",
        PayloadProblem.NestedTooDeep => "The body nests deeper than receivers read (100 messages in one another).",
        PayloadProblem.SpanWithoutIds => "A span lacks its 16-byte trace id or 8-byte span id: the body is not an OTLP trace export.",
        _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, null),
    };
}
