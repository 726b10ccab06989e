namespace SpanRelay.Otlp;

/// <summary>What a JSON object is, by the names of its members.</summary>
internal enum JsonKind
{
    /// <summary>An export, or an object that holds nothing of one.</summary>
    Export,
    ResourceSpans,
    ScopeSpans,
    Span,
    CloudEvent,
    ConnectEnvelope,
}
