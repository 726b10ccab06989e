using SpanRelay.Otlp.Schema;

namespace SpanRelay.Cli.Run;

/// <summary>The attributes that the gateway writes, by the kind of span.</summary>
internal static class SampleAttributes
{
    public static KeyValue[] Request(string type, string model, SampleContent content, int status) =>
    [
        Text("tfy.span_type", type),
        Text("tfy.input", content.Request),
        Text("tfy.input_short_hand", content.Prompt),
        Text("tfy.output", status < 400 ? content.Completion : content.Error),
        Text("tfy.prompt_variables", content.Variables),
        Text("tfy.prompt_version_fqn", "chat_prompt:sample/support/answer:12"),
        Text("tfy.request.model_name", model),
        Text("tfy.request.created_by_subject", "virtualaccount/checkout"),
        Text("tfy.request.created_by_subject_teams", """["checkout"]"""),
        Text("tfy.request.conversation_id", $"c-{Guid.NewGuid()}"),
        Text("tfy.request.metadata", content.Variables),
        Text("applied_loadbalance_rule_ids", """["weights"]"""),
        Text("applied_budget_rule_ids", "[]"),
        Text("applied_ratelimit_rule_ids", "[]"),
        Number("http.response.status_code", status),
    ];

    public static KeyValue[] Model(SampleModel model, string type, bool isStreaming, SampleContent content, int milliseconds) =>
    [
        Text("tfy.span_type", "Model"),
        Text("tfy.input", content.Request),
        Text("tfy.model.id", model.QualifiedName),
        Text("tfy.model.name", model.Name),
        Text("tfy.model.fqn", $"sample:{model.Account}:{model.Name}"),
        Text("tfy.model.request_url", model.Url),
        Text("tfy.model.request_type", type),
        new() { Key = "tfy.model.streaming", Value = new AnyValue { BoolValue = isStreaming } },
        Number("tfy.model.metric.latency_in_ms", milliseconds),
    ];

    /// <summary>Of a call that succeeded.</summary>
    public static KeyValue[] Answer(SampleContent content, bool isStreaming, int milliseconds) =>
    [
        Text("tfy.output", content.Completion),
        Number("tfy.model.metric.input_tokens", InputTokens(content)),
        Number("tfy.model.metric.output_tokens", content.Completion.Length / 4),
        Number("tfy.model.metric.cache_read_input_tokens", 16),
        Number("tfy.model.metric.cache_creation_input_tokens", 0),
        Real("tfy.model.metric.cost_in_usd", 0.0021),
        Number("http.response.status_code", 200),
        .. isStreaming
            ? new[] { Number("tfy.model.metric.time_to_first_token_in_ms", milliseconds / 4), Real("tfy.model.metric.inter_token_latency_in_ms", 11.5) }
            : [],
    ];

    public static KeyValue[] Failure(SampleContent content, string error, int status) =>
        [Text("tfy.error_type", error), Text("tfy.error_message", content.Error), Number("http.response.status_code", status)];

    /// <summary>Written beside the others only while the gateway's flag for them is on.</summary>
    public static KeyValue[] Conventions(SampleModel model, string operation, SampleContent content) =>
    [
        Text("gen_ai.operation.name", operation),
        Text("gen_ai.provider.name", model.Provider),
        Text("gen_ai.request.model", model.Name),
        Text("gen_ai.response.model", model.Name),
        Number("gen_ai.usage.input_tokens", InputTokens(content)),
        Number("gen_ai.usage.output_tokens", content.Completion.Length / 4),
        Messages("gen_ai.input.messages", "user", content.Prompt),
        Messages("gen_ai.output.messages", "assistant", content.Completion),
    ];

    public static KeyValue[] Guardrail(SampleContent content, string model, string result, int milliseconds) =>
    [
        Text("tfy.span_type", "Guardrail"),
        Text("tfy.guardrail.id", "pii-check"),
        Text("tfy.guardrail.name", "pii-check"),
        Text("tfy.guardrail.fqn", "sample:guardrails:pii-check"),
        Text("tfy.guardrail.result", result),
        Text("tfy.guardrail.applied_on_entity.type", "model"),
        Text("tfy.guardrail.applied_on_entity.name", model),
        Number("tfy.guardrail.metric.latency_in_ms", milliseconds),
        Text("tfy.input", content.Prompt),
    ];

    public static KeyValue[] Tool(SampleContent content, string method, int milliseconds) =>
    [
        Text("tfy.span_type", "MCP"),
        Text("tfy.mcp_server.id", "parcels"),
        Text("tfy.mcp_server.name", "parcels"),
        Text("tfy.mcp_server.server_name", "parcels"),
        Text("tfy.mcp_server.fqn", "sample:mcp:parcels"),
        Text("tfy.mcp_server.url", "https://parcels.example.com/mcp"),
        Text("tfy.mcp_server.method", method),
        .. method == "tools/call"
            ? new[] { Text("tfy.mcp_server.primitive_name", "find_parcel"), Text("tfy.input", content.Variables), Text("tfy.output", content.Completion) }
            : [Number("tfy.mcp_server.metric.number_of_tools", 3)],
        Number("tfy.mcp_server.metric.latency_in_ms", milliseconds),
    ];

    public static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    private static KeyValue Number(string key, long value) => new() { Key = key, Value = new AnyValue { IntValue = value } };

    private static KeyValue Real(string key, double value) => new() { Key = key, Value = new AnyValue { DoubleValue = value } };

    private static long InputTokens(SampleContent content) => 24 + (content.Prompt.Length / 4);

    private static KeyValue Messages(string key, string role, string content)
    {
        var message = new KeyValueList { Values = { Text("role", role), Text("content", content) } };
        return new KeyValue
        {
            Key = key,
            Value = new AnyValue { ArrayValue = new ArrayValue { Values = { new AnyValue { KvlistValue = message } } } },
        };
    }
}
