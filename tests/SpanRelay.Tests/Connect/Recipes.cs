namespace SpanRelay.Tests.Connect;

/// <summary>Exports of each kind of sender, written from its public documentation, which its page in docs/connect names; each with prompts and keys planted.</summary>
internal static class Recipes
{
    public const string Prompt = "PLANTED-PROMPT: where is the parcel of ada.lovelace@example.com?";
    public const string Completion = "PLANTED-COMPLETION: it is in Hamburg.";
    public const string ApiKey = "sk-proj-PLANTEDkey0123456789abcdefghijklmnopqrstuvwxyzABCD";

    private const string Ingest = "ingest";
    private const string Messages = "messages";
    private const string Kafka = "Kafka";

    private static readonly string InputMessages = $$"""[{"role":"user","parts":[{"type":"text","content":"{{Prompt}}"}]}]""";
    private static readonly string OutputMessages = $$"""[{"role":"assistant","parts":[{"type":"text","content":"{{Completion}}"}],"finish_reason":"stop"}]""";

    // What the conventions of OpenTelemetry for generative AI have, with content captured.
    private static readonly (string, object)[] ModelCall =
    [
        ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "openai"), ("gen_ai.request.model", "gpt-4o"), ("gen_ai.response.model", "gpt-4o-2024-08-06"),
        ("gen_ai.response.id", "chatcmpl-1"), ("gen_ai.response.finish_reasons", new[] { "stop" }), ("gen_ai.usage.input_tokens", 21), ("gen_ai.usage.output_tokens", 9),
        ("gen_ai.input.messages", InputMessages), ("gen_ai.output.messages", OutputMessages),
    ];

    private static readonly Recipe TrueFoundry = new(
        "TrueFoundry", "truefoundry", Messages, Encoding.Protobuf,
        [("service.name", "tfy-llm-gateway"), ("tfytenantname", "acme"), ("Authorization", $"Bearer {ApiKey}")],
        new RecipeSpan("chatCompletions", 2,
            ("tfy.span_type", "ChatCompletion"), ("tfy.input", $$"""{"messages":[{"role":"user","content":"{{Prompt}}"}]}"""), ("tfy.output", Completion), ("tfy.input_short_hand", Prompt),
            ("tfy.request.model_name", "openai-main/gpt-4o"), ("tfy.request.created_by_subject", """{"subjectType":"user","subjectSlug":"ada.lovelace@example.com"}""")),
        new RecipeSpan("Model: gpt-4o", 1,
            ("tfy.span_type", "Model"), ("tfy.model.name", "gpt-4o"), ("tfy.model.fqn", "acme:openai:openai-main:model:gpt-4o"), ("tfy.model.request_url", "https://api.openai.com/v1/chat/completions"),
            ("tfy.model.metric.input_tokens", 21), ("tfy.model.metric.output_tokens", 9), ("tfy.model.metric.cost_in_usd", 0.0004), ("tfy.input", Prompt), ("tfy.output", Completion)),
        new RecipeSpan("POST https://api.openai.com/v1/chat/completions", 3, ("http.request.method", "POST"), ("http.request.header.authorization", $"Bearer {ApiKey}"), ("http.response.status_code", 200)));

    private static readonly Recipe Sdk = new(
        "OpenTelemetry SDK", "opentelemetry-sdk", Ingest, Encoding.GzipProtobuf, [("service.name", "shop"), ("telemetry.sdk.language", "python")],
        new RecipeSpan("POST /chat", 2, ("http.request.method", "POST"), ("http.route", "/chat"), ("http.request.header.authorization", new[] { $"Bearer {ApiKey}" })),
        new RecipeSpan("chat gpt-4o", 3, [.. ModelCall, ("server.address", "api.openai.com")]));

    public static readonly Recipe[] All =
    [
        TrueFoundry with { WayIn = Ingest, Encoding = Encoding.GzipProtobuf },
        TrueFoundry,
        TrueFoundry with { WayIn = Messages, Encoding = Encoding.Json },
        new("Cloudflare AI Gateway", "cloudflare", Ingest, Encoding.Json, [("service.name", "cloudflare-ai-gateway")],
            new RecipeSpan("openai gpt-4o", 3,
                ("gen_ai.request.model", "gpt-4o"), ("gen_ai.model.provider", "openai"), ("gen_ai.usage.input_tokens", 21), ("gen_ai.usage.output_tokens", 9), ("gen_ai.usage.cost", 0.0004),
                ("gen_ai.prompt_json", $$"""[{"role":"user","content":"{{Prompt}}"}]"""), ("gen_ai.completion_json", $$$"""{"choices":[{"message":{"content":"{{{Completion}}}"}}]}"""),
                ("team", "engineering"), ("user_id", "ada.lovelace@example.com"), ("api_key", ApiKey))),
        new("Kong AI Gateway", "kong", Ingest, Encoding.Protobuf, [("service.name", "kong")],
            new RecipeSpan("kong", 2, ("http.method", "POST"), ("http.url", $"https://kong.example.com/chat?apikey={ApiKey}"), ("http.status_code", 200)),
            new RecipeSpan("kong.gen_ai", 3, [.. ModelCall, ("gen_ai.request.max_tokens", 512), ("gen_ai.request.temperature", 1.0), ("gen_ai.output.type", "json")])),
        new("LiteLLM, OpenTelemetry v2", "litellm", Ingest, Encoding.Protobuf, [("service.name", "litellm")],
            new RecipeSpan("POST /v1/chat/completions", 2, ("http.request.method", "POST"), ("http.route", "/v1/chat/completions"), ("litellm.team.alias", "shop")),
            new RecipeSpan("execute_guardrail presidio-pii", 1, ("litellm.guardrail.name", "presidio-pii"), ("litellm.guardrail.status", "success"), ("litellm.guardrail.response", Prompt)),
            new RecipeSpan("chat gpt-4o", 3,
            [
                .. ModelCall, ("gen_ai.system", "openai"), ("gen_ai.system_instructions", Prompt), ("gen_ai.usage.prompt_tokens", 21), ("gen_ai.usage.completion_tokens", 9), ("litellm.cost.total", 0.0004),
                ("litellm.metadata.user_api_key_end_user_id", "ada.lovelace@example.com"), ("metadata.requester_metadata", $"{{'api_key': '{ApiKey}'}}"),
            ])),
        new("LiteLLM, OpenTelemetry v1", "litellm", Ingest, Encoding.Protobuf, [("service.name", "litellm"), ("deployment.environment", "production")],
            new RecipeSpan("litellm_request", 1,
                ("llm.request.type", "chat"), ("gen_ai.system", "openai"), ("gen_ai.request.model", "gpt-4o"), ("gen_ai.response.model", "gpt-4o-2024-08-06"), ("llm.is_streaming", "False"),
                ("gen_ai.usage.prompt_tokens", 21), ("gen_ai.usage.completion_tokens", 9), ("gen_ai.usage.total_tokens", 30),
                ("gen_ai.prompt.0.role", "user"), ("gen_ai.prompt.0.content", Prompt), ("gen_ai.completion.0.role", "assistant"), ("gen_ai.completion.0.content", Completion)),
            new RecipeSpan("raw_gen_ai_request", 1, ("llm.openai.messages", $"[{{'role': 'user', 'content': '{Prompt}'}}]"), ("llm.openai.extra_headers", $"{{'Authorization': 'Bearer {ApiKey}'}}"))),
        new("Portkey", "portkey", Ingest, Encoding.Json, [("service.name", "portkey"), ("otel.semconv.version", "1.40.0")],
            new RecipeSpan("chat gpt-4o", 3,
                [.. ModelCall, ("gen_ai.system", "openai"), ("server.address", "api.openai.com"), ("server.port", 443), ("gen_ai.system_instructions", Prompt), ("gen_ai.tool.definitions", $$"""[{"name":"parcel","description":"{{Prompt}}"}]""")]) with
            {
                Events = [("exception", [("exception.message", $"Incorrect API key provided: {ApiKey}")])],
            }),
        new("Zuplo", "zuplo", Ingest, Encoding.Json, [("service.name", "my-api")],
            new RecipeSpan("POST /chat", 2, ("http.request.method", "POST"), ("url.full", $"https://my-api.zuplo.app/chat?api_key={ApiKey}")),
            new RecipeSpan("chat gpt-4o", 3, ModelCall)),
        Sdk,
        Sdk with { Sender = "OpenTelemetry SDK, JSON", Encoding = Encoding.Json },
        new("OpenInference", "opentelemetry-sdk", Ingest, Encoding.GzipProtobuf, [("service.name", "shop")],
            new RecipeSpan("ChatCompletion", 1,
                ("openinference.span.kind", "LLM"), ("llm.model_name", "gpt-4o"), ("llm.provider", "openai"), ("llm.token_count.prompt", 21), ("llm.token_count.completion", 9),
                ("input.value", Prompt), ("output.value", Completion), ("llm.input_messages.0.message.role", "user"), ("llm.input_messages.0.message.content", Prompt),
                ("llm.invocation_parameters", $$"""{"api_key":"{{ApiKey}}"}"""))),
        new("OpenLLMetry (Traceloop)", "opentelemetry-sdk", Ingest, Encoding.GzipProtobuf, [("service.name", "shop")],
            new RecipeSpan("openai.chat", 3,
                ("llm.request.type", "chat"), ("gen_ai.system", "OpenAI"), ("gen_ai.request.model", "gpt-4o"), ("gen_ai.response.model", "gpt-4o-2024-08-06"), ("gen_ai.usage.prompt_tokens", 21),
                ("gen_ai.usage.completion_tokens", 9), ("gen_ai.prompt.0.content", Prompt), ("gen_ai.completion.0.content", Completion), ("llm.headers", $"{{'Authorization': 'Bearer {ApiKey}'}}"))),
        Sdk with { Sender = "Collector, `otlphttp` exporter", Page = "collector", WayIn = Ingest, Encoding = Encoding.GzipProtobuf },
        Sdk with { Sender = "Collector, `kafka` exporter, `otlp_proto`", Page = "collector", WayIn = Kafka, Encoding = Encoding.Protobuf },
        Sdk with { Sender = "Collector, `kafka` exporter, `otlp_json`", Page = "collector", WayIn = Kafka, Encoding = Encoding.Json },
    ];
}
