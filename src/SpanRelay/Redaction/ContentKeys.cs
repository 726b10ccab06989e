namespace SpanRelay.Redaction;

/// <summary>Attribute keys and event names known to hold content. Content keys cover everything below them: docs/redaction.md.</summary>
internal static class ContentKeys
{
    /// <summary>Content keys by instrumentation.</summary>
    public static readonly string[] Attributes =
    [
        // TrueFoundry AI Gateway
        "tfy.input", "tfy.output", "tfy.input_short_hand", "tfy.prompt_variables", "tfy.error_message", "tfy.request.metadata",

        // OpenTelemetry GenAI conventions, current and older
        "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions", "gen_ai.tool.definitions",
        "gen_ai.tool.call.arguments", "gen_ai.tool.call.result", "gen_ai.retrieval.documents", "gen_ai.retrieval.query.text",
        "gen_ai.evaluation.explanation", "gen_ai.prompt", "gen_ai.completion",
        "gen_ai.system.message", "gen_ai.user.message", "gen_ai.assistant.message", "gen_ai.tool.message",
        "gen_ai.choice", "gen_ai.content.prompt", "gen_ai.content.completion",

        // Cloudflare AI Gateway; Dynatrace's dictionary
        "gen_ai.prompt_json", "gen_ai.completion_json", "gen_ai.evaluation.input", "gen_ai.guardrail.*.words.matches",

        // OpenInference
        "input.value", "output.value", "llm.input_messages", "llm.output_messages", "llm.prompts", "llm.choices",
        "llm.function_call", "llm.tools", "llm.invocation_parameters", "llm.prompt_template.template",
        "llm.prompt_template.variables", "message.*", "message_content.*", "tool.parameters", "tool_call.function.arguments",
        "document.content", "retrieval.documents", "reranker.query", "reranker.*_documents", "embedding.text",
        "embedding.embeddings", "audio.transcript", "audio.url", "image.url", "video.url", "metadata", "document.metadata",
        "annotations", "evaluations", "session.annotations", "session.evaluations", "trace.annotations", "trace.evaluations",
        "annotation.explanation", "annotation.metadata", "evaluation.explanation", "evaluation.metadata",

        // Traceloop
        "traceloop.entity.input", "traceloop.entity.output", "traceloop.prompt.template", "traceloop.prompt.template_variables",
        "traceloop.association.properties", "llm.request.functions", "llm.content.completion.chunk",
        "db.vector.delete.selector", "db.vector.get.selector",

        // Vercel AI SDK
        "ai.prompt", "ai.response.text", "ai.response.object", "ai.response.toolCalls", "ai.toolCall.args", "ai.toolCall.result",
        "ai.value", "ai.values", "ai.schema", "ai.settings.context", "ai.telemetry.metadata",

        // Request and response bodies, query parameters
        "http.request.body", "http.response.body", "request.body", "response.body", "db.query.parameter", "db.operation.parameter",
    ];

    /// <summary>Keys below content keys that hold metadata. All but the filter results stay only while their value looks like an identifier.</summary>
    public static readonly string[] MetadataBelowContent =
    [
        "gen_ai.prompt.*.role", "gen_ai.completion.*.role", "gen_ai.completion.*.finish_reason",
        "http.request.body.size", "http.response.body.size",
    ];

    /// <summary>What the AI Observability app needs, and other metadata that may hold lists, maps or spaces. Only the keys themselves, not what is below them: the system message may be below gen_ai.system.</summary>
    public static readonly string[] Metadata =
    [
        "gen_ai.prompt.prompt_filter_results", "gen_ai.prompt.prompt_filter_results.*", "gen_ai.completion.content_filter_results", "gen_ai.completion.content_filter_results.*", "gen_ai.bedrock.guardrail.*",
        "gen_ai.guardrail.id", "gen_ai.guardrail.version", "gen_ai.prompt_caching", "gen_ai.cache.type", "gen_ai.usage.*",
        "gen_ai.provider.name", "gen_ai.system", "gen_ai.request.model", "gen_ai.response.model", "gen_ai.response.id",
        "gen_ai.response.finish_reasons", "gen_ai.request.encoding_formats", "gen_ai.operation.name", "gen_ai.agent.name",
        "gen_ai.agent.id", "gen_ai.conversation.id", "gen_ai.tool.name", "gen_ai.tool.type", "gen_ai.tool.call.id",
        "gen_ai.data_source.id", "gen_ai.evaluation.name", "gen_ai.prompt.name", "gen_ai.workflow.name", "llm.request.type",
        "llm.model_name", "llm.provider", "llm.token_count.*", "llm.cost.*", "tfy.span_type", "tfy.error_type",
        "tfy.request.created_by_subject", "tfy.request.created_by_subject_teams", "tfy.request.conversation_id",
        "tfy.request.model_name", "tfy.model.*", "tfy.mcp_server.*", "tfy.guardrail.*", "tfy.triggered_guardrail_fqns",
        "tfy.prompt_version_fqn", "tfy.applied_*_rule_ids", "ai.model.id", "ai.model.provider", "ai.operationId",
        "ai.telemetry.functionId", "ai.response.finishReason", "ai.toolCall.name", "traceloop.workflow.name", "traceloop.entity.name",
        "traceloop.entity.path", "traceloop.span.kind", "openinference.span.kind", "mcp.method.name", "mcp.session.id",
        "session.id", "user.id", "tag.tags", "graph.node.*", "db.system", "db.vector.*.count", "db.vector.get.include_*",
        "db.vector.query.top_k", "db.vector.table_name", "genkit:metadata:subtype",
    ];

    /// <summary>Generative-AI namespaces. An attribute in one of them is dropped if it could be content and is not known metadata.</summary>
    public static IEnumerable<string> Namespaces => [.. ProductNamespaces, .. Subjects.Select(name => name + ".*")];

    /// <summary>Those of instrumentations and frameworks. Some exporters write underscores for dots.</summary>
    public static IEnumerable<string> ProductNamespaces => Products.SelectMany(name => new[] { name + ".*", name + ":*", name + "_*" });

    private static readonly string[] Products =
    [
        "gen_ai", "tfy", "llm", "traceloop", "openinference", "mcp", "langfuse", "langsmith", "langchain", "langgraph", "llamaindex", "llama_index",
        "gcp.vertex.agent", "gcp.gen_ai", "pydantic_ai", "logfire", "mlflow", "haystack", "crewai", "crew", "litellm", "openai", "anthropic", "vertexai",
        "cohere", "bedrock", "aws.bedrock", "ollama", "dspy", "autogen", "semantic_kernel", "agno", "smolagents", "strands", "promptlayer", "helicone",
        "portkey", "braintrust", "lunary", "agentops", "weave", "wandb", "genkit", "lk", "livekit", "opik", "langwatch", "lmnr", "honeyhive", "galileo",
        "phoenix", "arize", "openlit", "spring.ai", "azure.ai", "mastra", "mirascope", "instructor", "guardrails", "nemo", "ragas", "deepeval", "a2a", "claude_code",
        "copilot_chat", "codex", "mistralai", "groq", "replicate", "watsonx", "huggingface", "google_generativeai", "vector_db", "db.query.result", "db.search", "adk", "letta",
    ];

    /// <summary>Endings that several namespaces share.</summary>
    private static readonly string[] Subjects =
    [
        "ai", "input", "output", "tool", "tool_call", "reranker", "retrieval", "embedding", "prompt", "completion", "guardrail", "agent", "annotation",
        "evaluation", "document", "memory", "conversation",
    ];

    /// <summary>Error texts, in which providers echo prompts.</summary>
    public static readonly string[] ErrorTexts = ["exception.message", "exception.stacktrace", "error.message", "error.stack"];

    /// <summary>Statements whose literals are replaced.</summary>
    public static readonly string[] Statements = ["db.query.text", "db.statement"];

    /// <summary>Events that record a message: all their attributes are content.</summary>
    public static readonly string[] Events =
    [
        "gen_ai.system.message", "gen_ai.user.message", "gen_ai.assistant.message", "gen_ai.tool.message",
        "gen_ai.choice", "gen_ai.content.prompt", "gen_ai.content.completion",
    ];

    /// <summary>The keys and everything below them.</summary>
    public static IEnumerable<string> Families(IEnumerable<string> keys) =>
        keys.SelectMany(key => key.EndsWith('*') ? [key] : new[] { key, key + ".*" });
}
