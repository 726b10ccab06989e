namespace SpanRelay.GenAi.Contract;

/// <summary>A key that a view reads.</summary>
/// <param name="View">What the view shows.</param>
/// <param name="Key">By its name in Dynatrace.</param>
internal sealed record AiNeed(SpanRole Roles, string View, string Key)
{
    private const SpanRole ModelOrRequest = SpanRole.Model | SpanRole.Request;

    public bool IsRequired { get; init; }

    /// <summary>An older key that does as well.</summary>
    public string? OtherKey { get; init; }

    /// <summary>Set on the resource, not on the span.</summary>
    public bool IsOfResource { get; init; }

    /// <summary>Only a number counts.</summary>
    public bool IsNumber { get; init; }

    /// <summary>Only spans that did not fail need it, or only those that did; null for all.</summary>
    public bool? OnSuccess { get; init; }

    /// <summary>Operations that have no such value.</summary>
    public string[] Except { get; init; } = [];

    /// <summary>In the order in which they are shown.</summary>
    public static readonly AiNeed[] All =
    [
        new(SpanRole.Any, "services", "service.name") { IsRequired = true, IsOfResource = true },
        new(SpanRole.Model, "providers and models", "gen_ai.provider.name") { IsRequired = true, OtherKey = "gen_ai.system" },
        new(SpanRole.Model, "providers and models", "gen_ai.request.model") { IsRequired = true },
        new(SpanRole.Model, "providers and models", "gen_ai.response.model") { IsRequired = true, OnSuccess = true },
        new(SpanRole.Model, "tokens and cost", "gen_ai.usage.input_tokens") { IsRequired = true, IsNumber = true, OnSuccess = true },
        new(SpanRole.Model, "tokens and cost", "gen_ai.usage.output_tokens") { IsRequired = true, IsNumber = true, OnSuccess = true, Except = ["embeddings"] },
        new(ModelOrRequest, "operations", "gen_ai.operation.name"),
        new(ModelOrRequest, "prompts", "llm.request.type"),
        new(SpanRole.Request, "requested models", "gen_ai.request.model"),
        new(SpanRole.Agent, "agents", "gen_ai.agent.name"),
        new(SpanRole.Tool, "tools", "gen_ai.tool.name"),
        new(SpanRole.Guardrail, "guardrails", "gen_ai.guardrail.id"),
        new(SpanRole.Any, "errors", "error.type") { OnSuccess = false },
    ];
}
