namespace SpanRelay.Redaction;

/// <summary>One thing that a walk did not let through as it was. For whoever shows redaction to a person; it holds what was redacted.</summary>
public readonly ref struct RedactionChange
{
    /// <summary>The message it belongs to, by the protocol's name: Resource, InstrumentationScope, Span, Event, Link or Status.</summary>
    public required string Owner { get; init; }

    /// <summary>Which span it belongs to, counted from 0 in the order of the payload; -1 before the first.</summary>
    public required int SpanIndex { get; init; }

    /// <summary>The attribute's key or the member's path; for other texts, the field's name in OTLP JSON.</summary>
    public required ReadOnlySpan<byte> Path { get; init; }

    /// <summary>As reports name it.</summary>
    public required string Rule { get; init; }

    /// <summary>True when <see cref="Before"/> is an encoded AnyValue; false when it is text, as <see cref="After"/> always is.</summary>
    public bool IsValue { get; init; }

    public ReadOnlySpan<byte> Before { get; init; }

    /// <summary>What stands in its place.</summary>
    public ReadOnlySpan<byte> After { get; init; }

    /// <summary>Nothing stands in its place.</summary>
    public bool IsDropped { get; init; }
}

/// <summary>Is told of every change while the walk goes on.</summary>
public delegate void RedactionListener(scoped in RedactionChange change);
