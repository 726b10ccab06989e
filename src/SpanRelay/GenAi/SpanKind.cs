using System.Text;

namespace SpanRelay.GenAi;

/// <summary>What one value of a key says about the span.</summary>
/// <param name="Key">The key, by which instrumentations name the kind of a span.</param>
/// <param name="Value">Matches in either case.</param>
/// <param name="Operation">By the vocabulary of <c>gen_ai.operation.name</c>; null where the value leaves it open.</param>
internal sealed record SpanKind(string Key, string Value, SpanRole Role, string? Operation = null)
{
    /// <summary>Tells calls of a tool from other requests to an MCP server, such as those for a list of its tools.</summary>
    public const string McpMethod = "tfy.mcp_server.method";

    /// <param name="method">Empty when the span does not say.</param>
    public static bool IsToolCall(ReadOnlySpan<byte> method) =>
        method.IsEmpty || Ascii.EqualsIgnoreCase(method, "tools/call"u8) || Ascii.EqualsIgnoreCase(method, "call_tool"u8);

    /// <summary>The first key decides whose value is known.</summary>
    public static readonly SpanKind[] All =
    [
        new("tfy.span_type", "Model", SpanRole.Model),
        new("tfy.span_type", "LLM", SpanRole.Model),
        new("tfy.span_type", "ChatCompletion", SpanRole.Request, "chat"),
        new("tfy.span_type", "Completion", SpanRole.Request, "text_completion"),
        new("tfy.span_type", "Embedding", SpanRole.Request, "embeddings"),
        new("tfy.span_type", "Rerank", SpanRole.Request),
        new("tfy.span_type", "AgentResponse", SpanRole.Agent, "invoke_agent"),
        new("tfy.span_type", "MCP", SpanRole.Tool, "execute_tool"),
        new("tfy.span_type", "MCPGateway", SpanRole.Tool, "execute_tool"),
        new("tfy.span_type", "Guardrail", SpanRole.Guardrail),

        new("ai.operationId", "ai.generateText.doGenerate", SpanRole.Model, "chat"),
        new("ai.operationId", "ai.streamText.doStream", SpanRole.Model, "chat"),
        new("ai.operationId", "ai.generateObject.doGenerate", SpanRole.Model, "chat"),
        new("ai.operationId", "ai.streamObject.doStream", SpanRole.Model, "chat"),
        new("ai.operationId", "ai.embed.doEmbed", SpanRole.Model, "embeddings"),
        new("ai.operationId", "ai.embedMany.doEmbed", SpanRole.Model, "embeddings"),
        new("ai.operationId", "ai.generateText", SpanRole.Request, "chat"),
        new("ai.operationId", "ai.streamText", SpanRole.Request, "chat"),
        new("ai.operationId", "ai.generateObject", SpanRole.Request, "chat"),
        new("ai.operationId", "ai.streamObject", SpanRole.Request, "chat"),
        new("ai.operationId", "ai.embed", SpanRole.Request, "embeddings"),
        new("ai.operationId", "ai.embedMany", SpanRole.Request, "embeddings"),
        new("ai.operationId", "ai.toolCall", SpanRole.Tool, "execute_tool"),

        new("openinference.span.kind", "LLM", SpanRole.Model, "chat"),
        new("openinference.span.kind", "EMBEDDING", SpanRole.Model, "embeddings"),
        new("openinference.span.kind", "RERANKER", SpanRole.Model),
        new("openinference.span.kind", "TOOL", SpanRole.Tool, "execute_tool"),
        new("openinference.span.kind", "AGENT", SpanRole.Agent, "invoke_agent"),
        new("openinference.span.kind", "GUARDRAIL", SpanRole.Guardrail),

        new("traceloop.span.kind", "tool", SpanRole.Tool, "execute_tool"),
        new("traceloop.span.kind", "agent", SpanRole.Agent, "invoke_agent"),

        new("llm.request.type", "chat", SpanRole.Model, "chat"),
        new("llm.request.type", "completion", SpanRole.Model, "text_completion"),
        new("llm.request.type", "embedding", SpanRole.Model, "embeddings"),
        new("llm.request.type", "rerank", SpanRole.Model),

        new("gen_ai.operation.name", "chat", SpanRole.Model, "chat"),
        new("gen_ai.operation.name", "generate_content", SpanRole.Model, "generate_content"),
        new("gen_ai.operation.name", "text_completion", SpanRole.Model, "text_completion"),
        new("gen_ai.operation.name", "embeddings", SpanRole.Model, "embeddings"),
        new("gen_ai.operation.name", "execute_tool", SpanRole.Tool, "execute_tool"),
        new("gen_ai.operation.name", "invoke_agent", SpanRole.Agent, "invoke_agent"),
        new("gen_ai.operation.name", "create_agent", SpanRole.Agent, "create_agent"),
    ];

    /// <summary>Without a key that names its kind, a span that has one of these counts as a call of a model.</summary>
    public static readonly string[] KeysOfModels =
    [
        "gen_ai.provider.name", "gen_ai.system", "gen_ai.request.model", "gen_ai.response.model", "llm.model_name", "llm.request.model",
        "embedding.model_name", "reranker.model_name", "ai.model.id", "tfy.model.name", "tfy.model.id",
    ];
}
