namespace SpanRelay.Redaction;

/// <summary>One change made by the walk, for previews. Holds the original data.</summary>
public readonly ref struct RedactionChange
{
    /// <summary>The message it belongs to, by the protocol's name: Resource, InstrumentationScope, Span, Event, Link or Status.</summary>
    public required string Owner { get; init; }

    /// <summary>Which span it belongs to, counted from 0 in the order of the payload; -1 before the first.</summary>
    public required int SpanIndex { get; init; }

    /// <summary>The attribute's key or the member's path; for other texts, the field's name in OTLP JSON.</summary>
    public required ReadOnlySpan<byte> Path { get; init; }

    /// <summary>The rule's name in reports.</summary>
    public required string Rule { get; init; }

    /// <summary>True when <see cref="Before"/> is an encoded AnyValue; false when it is text, as <see cref="After"/> always is.</summary>
    public bool IsValue { get; init; }

    public ReadOnlySpan<byte> Before { get; init; }

    /// <summary>The replacement.</summary>
    public ReadOnlySpan<byte> After { get; init; }

    /// <summary>Whether the original was removed.</summary>
    public bool IsDropped { get; init; }

    /// <summary>Whether the attribute was missing and has been added.</summary>
    public bool IsAdded { get; init; }
}

/// <summary>Receives every change during the walk.</summary>
public delegate void RedactionListener(scoped in RedactionChange change);
