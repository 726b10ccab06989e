using SpanRelay.Buffers;

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

    /// <summary>It is a trace export in which spans are somewhere else than the protocol has them, or nowhere.</summary>
    SpansNotFound,

    /// <summary>Different spans under today's name and the one of before release 0.15.</summary>
    TwoListsOfSpans,

    /// <summary>A zlib, deflate or zstd stream that is truncated or altered.</summary>
    BrokenCompression,

    /// <summary>Encodings, envelopes and compressions in one another.</summary>
    TooManyLayers,

    /// <summary>In JSON, a trace or span id that is not hexadecimal.</summary>
    IdNotHex,

    /// <summary>Reading or redacting it took all the memory that the process may use.</summary>
    OutOfMemory,

    /// <summary>Redacting it took too long.</summary>
    TooSlow,
}

public static class PayloadProblemText
{
    /// <summary>One sentence for the user; it never quotes the payload.</summary>
    public static string Explain(this PayloadProblem problem) => problem switch
    {
        PayloadProblem.None => "The payload is readable.",
        PayloadProblem.Empty => "The event has no body.",
        PayloadProblem.BrokenGzip => "The body starts as gzip but is truncated or corrupt.",
        PayloadProblem.InflatesTooFar => $"The body inflates to more than {ProcessMemory.MaxInflatedBytes >> 20} MiB.",
        PayloadProblem.InvalidJson => "The body starts as JSON but is not valid OTLP JSON.",
        PayloadProblem.NotTraces => "The body holds no resourceSpans: it is not an OTLP trace export.",
        PayloadProblem.MalformedProtobuf => "The body is not valid protobuf.",
        PayloadProblem.NestedTooDeep => "The body nests deeper than receivers read (100 messages in one another).",
        PayloadProblem.SpanWithoutIds => "No span has a 16-byte trace id and an 8-byte span id: the body is not an OTLP trace export.",
        PayloadProblem.SpansNotFound => "The body starts as an OTLP trace export, but where spans should be is something else.",
        PayloadProblem.TwoListsOfSpans => "A resource has different spans in scopeSpans and in instrumentationLibrarySpans.",
        PayloadProblem.BrokenCompression => "The body starts as zlib or zstd, or holds gRPC frames, and its compressed data is truncated or corrupt.",
        PayloadProblem.TooManyLayers => $"The body is wrapped in more than {PayloadDecoder.MaxLayers} encodings.",
        PayloadProblem.IdNotHex => "A trace or span id is not hexadecimal, as OTLP JSON requires.",
        PayloadProblem.OutOfMemory => "Reading or redacting the event took more memory than this instance has.",
        PayloadProblem.TooSlow => $"Redacting the event took longer than {PayloadDecoder.LongestRedaction.TotalSeconds:N0} seconds.",
        _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, null),
    };
}
