using SpanRelay.Otlp;

namespace SpanRelay.Redaction;

/// <summary>What one payload's redaction came to. With a <see cref="Problem"/>, nothing was written and the counts mean nothing.</summary>
public readonly record struct RedactionResult
{
    public PayloadProblem Problem { get; init; }

    public int Spans { get; init; }

    /// <summary>Attributes dropped with their values, at any depth; what was inside a dropped one is not counted again.</summary>
    public int AttributesRemoved { get; init; }

    /// <summary>Fields that the schema does not know and that could hold text.</summary>
    public int UnknownFieldsRemoved { get; init; }

    /// <summary>The earliest end of a span, in Unix nanoseconds; <see cref="ulong.MaxValue"/> when no span has an end.</summary>
    public ulong OldestEndUnixNano { get; init; }

    /// <summary>The latest end of a span, in Unix nanoseconds; 0 when no span has an end.</summary>
    public ulong NewestEndUnixNano { get; init; }

    /// <summary>Spans without an end, which the two times above leave out.</summary>
    public int SpansWithoutEnd { get; init; }
}
