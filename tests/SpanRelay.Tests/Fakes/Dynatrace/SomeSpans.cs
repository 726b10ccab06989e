using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Fakes.Dynatrace;

/// <summary>Requests with spans that ended when the test says.</summary>
internal static class SomeSpans
{
    public static ExportTraceServiceRequest Ended(params DateTimeOffset[] ends) => Request([.. ends.Select(Span)]);

    public static ExportTraceServiceRequest Request(params Span[] spans) => new()
    {
        ResourceSpans =
        {
            new ResourceSpans
            {
                Resource = new Resource { Attributes = { new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = "tfy-llm-gateway" } } } },
                ScopeSpans = { new ScopeSpans { Spans = { spans } } },
            },
        },
    };

    public static Span Span(DateTimeOffset end) => new()
    {
        TraceId = ByteString.CopyFrom(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16),
        SpanId = ByteString.CopyFrom(1, 2, 3, 4, 5, 6, 7, 8),
        Name = "ChatCompletion",
        EndTimeUnixNano = (ulong)(end - DateTimeOffset.UnixEpoch).Ticks * 100,
    };
}
