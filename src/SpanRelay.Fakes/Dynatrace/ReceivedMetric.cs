using SpanRelay.Otlp.Schema;

namespace SpanRelay.Fakes.Dynatrace;

/// <summary>An accepted metric, of one request, with what it belongs to.</summary>
public sealed record ReceivedMetric(Resource Resource, InstrumentationScope Scope, Metric Metric);
