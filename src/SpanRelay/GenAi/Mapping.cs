namespace SpanRelay.GenAi;

/// <summary>How a value is taken over.</summary>
internal enum Conversion
{
    /// <summary>At most 128 printable ASCII characters without white space.</summary>
    Identifier,

    /// <summary>An identifier, or one line of at most 64 bytes.</summary>
    Name,

    /// <summary>A whole number that is not negative, also as a double or as digits.</summary>
    Count,

    /// <summary>A total, from which the input tokens are subtracted.</summary>
    CountWithoutInput,

    Number,

    /// <summary>The operation that the span's kind stands for: <see cref="SpanKind"/>.</summary>
    OperationOfKind,

    OperationOfRequestType,

    OperationOfUrl,

    RequestTypeOfOperation,

    /// <summary>A provider as instrumentations spell it: <see cref="Providers"/>.</summary>
    ProviderByName,

    /// <summary>The same; only <c>llm.system</c> says which of Azure's services it is.</summary>
    ProviderOfOpenInference,

    ProviderOfHost,

    ProviderOfAccount,

    /// <summary>An identifier, or a number other than 0.</summary>
    ErrorCode,

    /// <summary>A status from 400 to 599.</summary>
    ErrorStatus,

    /// <summary><c>tool_error</c>, if it is true.</summary>
    ToolError,
}

/// <summary>Takes over the value of a key.</summary>
internal sealed record Source(string Key, Conversion Conversion);

/// <summary>An attribute that is written when it is missing.</summary>
/// <param name="Key">By the conventions that Dynatrace's AI Observability reads.</param>
/// <param name="Roles">The spans that get it.</param>
/// <param name="Sources">The first that has a value for it counts.</param>
internal sealed record Mapping(string Key, SpanRole Roles, params Source[] Sources)
{
    /// <summary>Not where the span failed.</summary>
    public bool NeedsSuccess { get; init; }
}
