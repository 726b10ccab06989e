using System.Text;
using SpanRelay.Otlp.Schema;
using SpanRelay.Tests;

namespace SpanRelay.Benchmarks;

/// <summary>A span as the gateway exports it for a call of a model.</summary>
internal static class GatewaySpan
{
    /// <param name="contentBytes">Of the prompt; the other texts are shorter.</param>
    public static Span Create(int id, int contentBytes = 700, DateTimeOffset? end = null)
    {
        var span = Some.Span(id, end: end);
        var prose = Encoding.UTF8.GetString(SampleTexts.Prose.AsSpan(id % 200 * 7, contentBytes));
        span.Attributes.Add(
        [
            Some.Attribute("tfy.span_type", "Model"),
            Some.Attribute("tfy.input", prose),
            Some.Attribute("tfy.output", prose[..(contentBytes * 4 / 7)]),
            Some.Attribute("gen_ai.input.messages", prose[..(contentBytes * 5 / 7)]),
            Some.Attribute("tfy.request.model_name", "openai-main/gpt-4o"),
            Some.Attribute("tfy.request.created_by_subject", "virtualaccount/checkout"),
            Some.Attribute("tfy.request.conversation_id", $"c-6f9619ff-{id:x4}-d011-b42d-00cf4fc9{id:x4}"),
            Some.Attribute("tfy.model.id", "gpt-4o"),
            Some.Attribute("tfy.model.name", "gpt-4o"),
            Some.Attribute("tfy.model.fqn", "tfy:openai-main:gpt-4o"),
            Some.Attribute("tfy.model.request_url", "https://api.openai.com/v1/chat/completions"),
            Some.Attribute("tfy.model.request_type", "ChatCompletion"),
            Number("tfy.model.metric.time_to_first_token_in_ms", 412),
            Number("tfy.model.metric.latency_in_ms", 1893),
            Number("tfy.model.metric.input_tokens", 702),
            Number("tfy.model.metric.output_tokens", 188),
            Number("http.response.status_code", 200),
            Some.Attribute("tfy.prompt_version_fqn", "chat_prompt:default/support/answer:12"),
            Some.Attribute("applied_loadbalance_rule_ids", "[\"weights\",\"fallback\"]"),
            Some.Attribute("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"),
        ]);
        span.Events.Add(new Span.Types.Event { Name = "retry", TimeUnixNano = span.StartTimeUnixNano, Attributes = { Some.Attribute("note", prose[..(contentBytes * 6 / 35)]) } });
        return span;
    }

    private static KeyValue Number(string key, long value) => new() { Key = key, Value = new AnyValue { IntValue = value } };
}
