namespace SpanRelay.GenAi;

/// <summary>What a generative-AI span represents.</summary>
[Flags]
internal enum SpanRole
{
    /// <summary>No generative-AI span.</summary>
    None = 0,

    /// <summary>One call of a model. Tokens are written here only, so that nothing counts them twice.</summary>
    Model = 1,

    /// <summary>A request as a whole, above one or more calls of models.</summary>
    Request = 2,

    Tool = 4,

    Agent = 8,

    Guardrail = 16,

    /// <summary>Any other span of an instrumentation for generative AI.</summary>
    Other = 32,

    Any = Model | Request | Tool | Agent | Guardrail | Other,
}
