using CsCheck;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.GenAi.Metrics;

/// <summary>Spans as they are delivered: model calls, and what stands around them.</summary>
internal static class ModelSpans
{
    public static KeyValue Attribute(string key, long value) => new() { Key = key, Value = new AnyValue { IntValue = value } };

    public static KeyValue Attribute(string key, double value) => new() { Key = key, Value = new AnyValue { DoubleValue = value } };

    /// <summary>A call of a second and a half with the gateway's attributes and OpenTelemetry's.</summary>
    public static Span Call(int id, params KeyValue[] attributes)
    {
        var span = Some.Span(id, "Model: gpt-4o");
        span.StartTimeUnixNano = span.EndTimeUnixNano - 1_500_000_000;
        span.Attributes.Add([Some.Attribute("tfy.span_type", "Model"), .. attributes]);
        return span;
    }

    /// <summary>Any span of a gateway or an instrumentation; about half of them are model spans. Numbers have few digits, so that sums of them are exact.</summary>
    public static Gen<Span> Any { get; } =
        from kind in Gen.Int[0, 7]
        from provider in Gen.OneOf([.. new[] { "openai", "anthropic", "aws.bedrock", "" }.Select(Gen.Const)])
        from model in Gen.OneOf([.. new[] { "gpt-4o", "claude-sonnet-4", "模型", "" }.Select(Gen.Const)])
        from team in Gen.OneOf([.. new[] { "red", "blue", "" }.Select(Gen.Const)])
        from milliseconds in Gen.Int[0, 200_000]
        from numbers in Gen.Int[-1, 5_000].Array[6]
        from fails in Gen.Int[0, 5]
        select Span(kind, provider, model, team, milliseconds, numbers, fails);

    private static Span Span(int kind, string provider, string model, string team, int milliseconds, int[] numbers, int fails)
    {
        var span = Some.Span();
        span.EndTimeUnixNano = Some.UnixNano(Some.Now + TimeSpan.FromMinutes(5));
        span.StartTimeUnixNano = span.EndTimeUnixNano - (ulong)milliseconds * 1_000_000;
        span.Attributes.Add(Texts(kind, provider, model, team).Where(each => each.Value.StringValue.Length > 0));
        span.Attributes.Add(Numbers(numbers).Where((_, i) => numbers[i] >= 0));
        if (fails == 0)
            span.Attributes.Add(Some.Attribute("error.type", "timeout"));
        if (fails <= 1)
            span.Status = new Status { Code = Status.Types.StatusCode.Error };
        return span;
    }

    private static IEnumerable<KeyValue> Texts(int kind, string provider, string model, string team) =>
    [
        Some.Attribute("tfy.span_type", kind switch { 0 => "ChatCompletion", 1 or 2 => "Model", 3 => "Guardrail", _ => "" }),
        Some.Attribute("gen_ai.operation.name", kind switch { 4 => "invoke_agent", 5 => "embeddings", 6 => "", _ => "chat" }),
        Some.Attribute(kind == 6 ? "gen_ai.system" : "gen_ai.provider.name", provider),
        Some.Attribute("gen_ai.request.model", model),
        Some.Attribute("gen_ai.response.model", model.Length > 0 ? model + "-2026" : ""),
        Some.Attribute("tfy.request.created_by_subject_teams", team),
    ];

    private static IEnumerable<KeyValue> Numbers(int[] numbers) =>
    [
        Attribute(numbers[0] % 2 == 0 ? "gen_ai.usage.input_tokens" : "tfy.model.metric.input_tokens", (long)numbers[0]),
        Attribute("gen_ai.usage.output_tokens", (long)numbers[1]),
        Attribute("gen_ai.usage.cache_read.input_tokens", (double)numbers[2]),
        Attribute("tfy.model.metric.cache_creation_input_tokens", (long)numbers[3]),
        Attribute(numbers[4] % 2 == 0 ? "gen_ai.usage.cost" : "tfy.request_cost", numbers[4] / 100_000.0),
        Attribute("tfy.model.metric.time_to_first_token_in_ms", (double)numbers[5]),
    ];
}
