namespace SpanRelay.Redaction;

/// <summary>Attribute keys and event names known to hold content.</summary>
internal static class ContentKeys
{
    /// <summary>Content keys by instrumentation.</summary>
    public static readonly string[] Attributes =
    [
        // TrueFoundry AI Gateway
        "tfy.input", "tfy.output", "tfy.input_short_hand", "tfy.prompt_variables", "tfy.error_message", "tfy.request.metadata",

        // OpenTelemetry GenAI conventions, today's and older ones
        "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions", "gen_ai.tool.definitions",
        "gen_ai.tool.call.arguments", "gen_ai.tool.call.result", "gen_ai.retrieval.documents", "gen_ai.retrieval.query.text",
        "gen_ai.evaluation.explanation", "gen_ai.prompt", "gen_ai.completion", "gen_ai.prompt.*.content",
        "gen_ai.prompt.*.tool_calls.*", "gen_ai.completion.*.content", "gen_ai.completion.*.tool_calls.*",
        "gen_ai.system.message", "gen_ai.user.message", "gen_ai.assistant.message", "gen_ai.tool.message",
        "gen_ai.choice", "gen_ai.content.prompt", "gen_ai.content.completion",

        // OpenInference
        "input.value", "output.value", "llm.input_messages.*", "llm.output_messages.*", "llm.prompts.*", "llm.choices.*",
        "llm.input_messages", "llm.output_messages", "llm.prompts", "llm.choices",
        "llm.function_call", "llm.tools.*", "llm.tools", "llm.invocation_parameters", "llm.prompt_template.template",
        "llm.prompt_template.variables", "message.*", "message_content.*", "tool.parameters", "tool_call.function.arguments",
        "document.content", "retrieval.documents.*", "retrieval.documents", "reranker.query", "reranker.*_documents.*",
        "reranker.*_documents", "embedding.text", "embedding.embeddings.*", "embedding.embeddings", "audio.transcript",
        "image.url", "metadata",

        // Traceloop
        "traceloop.entity.input", "traceloop.entity.output", "traceloop.prompt.template", "traceloop.prompt.template_variables",
        "traceloop.association.properties.*", "traceloop.association.properties", "llm.request.functions.*",
        "llm.request.functions", "llm.content.completion.chunk",
    ];

    /// <summary>Events that record a message: all their attributes are content.</summary>
    public static readonly string[] Events =
    [
        "gen_ai.system.message", "gen_ai.user.message", "gen_ai.assistant.message", "gen_ai.tool.message",
        "gen_ai.choice", "gen_ai.content.prompt", "gen_ai.content.completion",
    ];
}
