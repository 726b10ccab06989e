using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;

namespace SpanRelay.Diagnosis;

/// <summary>What was found out by asking.</summary>
internal sealed record Findings
{
    public static Findings None { get; } = new();

    /// <summary>What Dynatrace's token lookup says of the token; null where it was not asked or says nothing.</summary>
    public TokenLookup? Token { get; init; }

    /// <summary>The lookup was asked, and knows no such token.</summary>
    public bool IsTokenUnknown { get; init; }

    /// <summary>When the secret with the token expires, by Key Vault; null where it has no date.</summary>
    public DateTimeOffset? SecretExpiresOn { get; init; }

    /// <summary>The status of an empty request to the address without /e/{id}; null where that was not tried or not answered.</summary>
    public int? StatusWithoutEnvironment { get; init; }

    /// <summary>What was asked and answered, a line each.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];
}
