using SpanRelay.Otlp;

namespace SpanRelay.Redaction;

/// <summary>Outcome of redacting one payload. With a <see cref="Problem"/>, nothing was written and the counts are undefined.</summary>
public readonly record struct RedactionResult
{
    public PayloadProblem Problem { get; init; }

    public int Spans { get; init; }

    /// <summary>Attributes dropped, at any depth; members of a dropped attribute are not counted.</summary>
    public int AttributesRemoved { get; init; }

    /// <summary>Fields that the schema does not know and that could hold text.</summary>
    public int UnknownFieldsRemoved { get; init; }

    /// <summary>The earliest end of a span, in Unix nanoseconds; <see cref="ulong.MaxValue"/> when no span has an end.</summary>
    public ulong OldestEndUnixNano { get; init; }

    /// <summary>The latest end of a span, in Unix nanoseconds; 0 when no span has an end.</summary>
    public ulong NewestEndUnixNano { get; init; }

    /// <summary>Spans without an end, which the two times above leave out.</summary>
    public int SpansWithoutEnd { get; init; }

    /// <summary>Spans without a trace id or span id, which no receiver accepts; fewer than all.</summary>
    public int SpansWithoutIds { get; init; }
}
