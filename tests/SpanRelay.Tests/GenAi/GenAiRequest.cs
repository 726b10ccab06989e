using CsCheck;
using Google.Protobuf;
using SpanRelay.GenAi;
using SpanRelay.Otlp.Schema;
using SpanRelay.Tests.Redaction.Oracle;

namespace SpanRelay.Tests.GenAi;

/// <summary>Generates spans that say much, little and nonsense about models, tokens, tools and errors.</summary>
internal static class GenAiRequest
{
    private static readonly string[] Keys =
    [
        .. Mappings.All.SelectMany(mapping => mapping.Sources.Select(source => source.Key).Append(mapping.Key))
            .Concat(SpanKind.KeysOfModels).Concat(["tfy.mcp_server.method", "tfy.input", "input.value", "note", "service.name", ""]).Distinct(),
    ];

    private static readonly string[] Texts =
    [
        "", "gpt-4o", "openai-main/gpt-4o", "tfy:azure-openai:gpt-4o", "bedrock-eu/openai-main:x", "Claude 3.5 Sonnet", "OpenAI", "openai.chat", "azure", "google", "aws", "vertexai", "mock-provider",
        "https://api.openai.com/v1/chat/completions", "https://x.openai.azure.com/openai/embeddings?api-version=1", "api.anthropic.com:443", "https://gateway.example.com/v1/completions",
        "12", "007", "-1", "1e3", "12.0", "999999999999999", "9999999999999999", "ChatCompletion", "chat", "Embedding", "tools/call", "tools/list", "rate_limit_exceeded", "500",
        "mail" + "@example.com", "a long text that is no name at all, because it goes on and on, and on", "[{\"role\":\"user\",\"content\":\"x\"}]", "é", new('x', 129), "c-6f9619ff",
    ];

    private static readonly Gen<AnyValue> Values = Gen.Frequency(
        (6, Any.Of(Texts).Select(Some.Text)),
        (3, Any.Of(0L, 1, 12, 200, 400, 404, 599, 600, -1, long.MaxValue, long.MinValue).Select(value => new AnyValue { IntValue = value })),
        (2, Any.Of(0.0, -0.0, 12, 0.5, -3, 1e300, double.NaN, double.PositiveInfinity, 9007199254740992, 9007199254740994).Select(value => new AnyValue { DoubleValue = value })),
        (1, Gen.Bool.Select(value => new AnyValue { BoolValue = value })),
        (1, Any.Of(Texts).Select(text => new AnyValue { BytesValue = ByteString.CopyFromUtf8(text) })),
        (1, Any.Of(Texts).Select(text => new AnyValue { ArrayValue = new ArrayValue { Values = { Some.Text(text) } } })),
        (1, Gen.Const(0).Select(_ => new AnyValue())));

    private static readonly Gen<KeyValue> Kind = Any.Of(SpanKind.All).Select(kind => Some.Attribute(kind.Key, kind.Value));

    private static readonly Gen<KeyValue> Other = Gen.Select(Any.Of(Keys), Values, Gen.Int[0, 19])
        .Select((key, value, form) => form == 0 ? new KeyValue { Key = key } : new KeyValue { Key = key, Value = value });

    private static readonly Gen<Span> Spans = Gen.Select(Gen.Frequency((1, Kind.List[0, 0]), (4, Kind.List[1, 2])), Other.List[0, 12], Gen.Int[0, 2], Gen.Bool)
        .Select((kinds, others, status, hasEvent) =>
        {
            var span = Some.Span();
            span.Attributes.Add(others.Take(others.Count / 2));
            span.Attributes.Add(kinds);
            span.Attributes.Add(others.Skip(others.Count / 2));
            if (hasEvent)
                span.Events.Add(new Span.Types.Event { Name = "retry", Attributes = { Some.Attribute("tfy.model.name", "of an event") } });
            if (status > 0)
                span.Status = new Status { Code = (Status.Types.StatusCode)status };
            return span;
        });

    public static readonly Gen<ExportTraceServiceRequest> Requests = Spans.Array[1, 3].Select(spans =>
    {
        for (var i = 0; i < spans.Length; i++)
            spans[i].SpanId = Some.Span(i + 1).SpanId;
        return Some.Request(spans);
    });
}
