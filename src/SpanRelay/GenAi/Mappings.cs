using static SpanRelay.GenAi.Conversion;

namespace SpanRelay.GenAi;

/// <summary>The attributes to write and their sources. A source that is itself written comes first, so that a second pass adds nothing.</summary>
internal static class Mappings
{
    private const SpanRole ModelOrRequest = SpanRole.Model | SpanRole.Request;

    public static readonly Mapping[] All =
    [
        new("gen_ai.request.model", ModelOrRequest, From(
            Identifier, "llm.request.model", "llm.model_name", "embedding.model_name", "reranker.model_name", "ai.model.id", "tfy.model.name", "tfy.request.model_name", "tfy.model.id")),
        new("gen_ai.response.model", SpanRole.Model, From(
            Identifier, "llm.response.model", "llm.model_name", "embedding.model_name", "reranker.model_name", "ai.response.model", "ai.model.id", "tfy.model.name", "tfy.model.id"))
        {
            NeedsSuccess = true,
        },
        new("gen_ai.request.temperature", SpanRole.Model, From(Number, "llm.request.temperature", "ai.settings.temperature")),

        new("gen_ai.usage.input_tokens", SpanRole.Model, From(
            Count, "gen_ai.usage.prompt_tokens", "llm.usage.prompt_tokens", "llm.token_count.prompt", "ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens", "tfy.model.metric.input_tokens")),
        new("gen_ai.usage.output_tokens", SpanRole.Model,
        [
            .. From(Count, "gen_ai.usage.completion_tokens", "llm.usage.completion_tokens", "llm.token_count.completion", "ai.usage.outputTokens", "ai.usage.completionTokens", "tfy.model.metric.output_tokens"),
            .. From(CountWithoutInput, "gen_ai.usage.total_tokens", "llm.usage.total_tokens", "llm.token_count.total", "ai.usage.totalTokens"),
        ]),
        new("gen_ai.usage.prompt_caching.read_tokens", SpanRole.Model, From(
            Count, "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens", "llm.token_count.prompt_details.cache_read", "ai.usage.cachedInputTokens", "tfy.model.metric.cache_read_input_tokens")),
        new("gen_ai.usage.prompt_caching.write_tokens", SpanRole.Model, From(
            Count, "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens", "llm.token_count.prompt_details.cache_write", "tfy.model.metric.cache_creation_input_tokens")),

        new("gen_ai.operation.name", SpanRole.Any,
        [
            .. From(OperationOfKind, SpanKind.All.Select(kind => kind.Key).Where(key => key != "gen_ai.operation.name").Distinct()),
        ]),
        new("gen_ai.operation.name", ModelOrRequest, new Source("tfy.model.request_type", OperationOfRequestType), new Source("tfy.model.request_url", OperationOfUrl)),
        new("llm.request.type", ModelOrRequest, From(RequestTypeOfOperation, "gen_ai.operation.name")),
        new("gen_ai.provider.name", ModelOrRequest,
        [
            new("gen_ai.system", ProviderByName),
            new("llm.provider", ProviderOfOpenInference),
            .. From(ProviderByName, "llm.system", "ai.model.provider", "gen_ai.model.provider"),
            new("tfy.model.request_url", ProviderOfHost),
            new("server.address", ProviderOfHost),
            .. From(ProviderOfAccount, "tfy.model.fqn", "tfy.model.name", "tfy.request.model_name", "gen_ai.request.model"),
        ]),

        new("gen_ai.conversation.id", SpanRole.Any, From(Identifier, "tfy.request.conversation_id", "session.id")),
        new("gen_ai.agent.name", SpanRole.Agent, From(Name, "agent.name", "traceloop.entity.name")),
        new("gen_ai.tool.name", SpanRole.Tool, From(Name, "tool.name", "tool_call.function.name", "ai.toolCall.name", "traceloop.entity.name", "tfy.mcp_server.primitive_name")),
        new("gen_ai.tool.call.id", SpanRole.Tool, From(Identifier, "tool_call.id", "ai.toolCall.id")),
        new("gen_ai.guardrail.id", SpanRole.Guardrail, From(Name, "tfy.guardrail.id", "tfy.guardrail.fqn", "tfy.guardrail.name")),
        new("error.type", SpanRole.Any,
        [
            .. From(ErrorCode, "tfy.error_type", "tfy.mcp_server.error_code"),
            new("tfy.mcp_server.is_tool_call_execution_error", ToolError),
            new("http.response.status_code", ErrorStatus),
        ]),
    ];

    private static Source[] From(Conversion conversion, params IEnumerable<string> keys) => [.. keys.Select(key => new Source(key, conversion))];
}
