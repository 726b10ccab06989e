using SpanRelay.Otlp.Schema;

namespace SpanRelay.Fakes.Dynatrace;

/// <summary>An accepted span with what it belongs to.</summary>
public sealed record ReceivedSpan(Resource Resource, InstrumentationScope Scope, Span Span);
