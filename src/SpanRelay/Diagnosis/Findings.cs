using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;

namespace SpanRelay.Diagnosis;

/// <summary>What probes found.</summary>
internal sealed record Findings
{
    public static Findings None { get; } = new();

    /// <summary>Dynatrace's token lookup; null where it was not called or says nothing.</summary>
    public TokenDetails? Token { get; init; }

    /// <summary>The lookup was called, and knows no such token.</summary>
    public bool IsTokenUnknown { get; init; }

    /// <summary>When the secret expires, by Key Vault; null where it has no date.</summary>
    public DateTimeOffset? SecretExpiresOn { get; init; }

    /// <summary>The status of an empty request to the address without /e/{id}; null where that was not tried or got no response.</summary>
    public int? StatusWithoutEnvironment { get; init; }

    /// <summary>What was probed and what came back, a line each.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];
}
