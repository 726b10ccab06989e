using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>The attributes of a request and their values, wherever they are.</summary>
internal static class EveryValue
{
    public static IEnumerable<AnyValue> Of(ExportTraceServiceRequest request) => AttributesOf(request).Where(each => each.Value is not null).SelectMany(each => Within(each.Value));

    private static IEnumerable<KeyValue> AttributesOf(ExportTraceServiceRequest request) =>
    [
        .. request.ResourceSpans.SelectMany(each => each.Resource?.Attributes ?? []),
        .. request.ResourceSpans.SelectMany(each => each.ScopeSpans).SelectMany(each => each.Scope?.Attributes ?? []),
        .. request.Spans().SelectMany(span => span.Attributes),
        .. request.Spans().SelectMany(span => span.Events).SelectMany(each => each.Attributes),
        .. request.Spans().SelectMany(span => span.Links).SelectMany(each => each.Attributes),
    ];

    private static IEnumerable<AnyValue> Within(AnyValue value) =>
    [
        value,
        .. value.ArrayValue?.Values.SelectMany(Within) ?? [],
        .. value.KvlistValue?.Values.Where(member => member.Value is not null).SelectMany(member => Within(member.Value)) ?? [],
    ];
}
