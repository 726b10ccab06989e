using System.Globalization;
using SpanRelay.Tokens;

namespace SpanRelay.Dynatrace;

/// <summary>The response to one request, or why there is none.</summary>
public sealed record Response
{
    public required Outcome Outcome { get; init; }

    /// <summary>The HTTP status; null when there was no response.</summary>
    public int? Status { get; init; }

    public string StatusText => Status is { } status ? string.Create(CultureInfo.InvariantCulture, $"status {status}") : "no response";

    /// <summary>Spans, or data points of metrics, that a partial success says were rejected.</summary>
    public long RejectedSpans { get; init; }

    /// <summary>How long the server asks to wait before the next request; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Why there is no response.</summary>
    public FailureKind Failure { get; init; }

    /// <summary>There is no response, yet the request may have been accepted.</summary>
    public bool MayHaveArrived { get; init; }

    /// <summary>Why there is no token, with <see cref="FailureKind.NoToken"/>.</summary>
    public VaultFailure Vault { get; init; }

    /// <summary>What the body was.</summary>
    public ResponseForm Form { get; init; }

    /// <summary>The token that was sent, by what is safe to show: version, kind, public part and expiry. Empty where there was none.</summary>
    public string Token { get; init; } = "";

    /// <summary>The server's message, or why there is no response: one line of at most 1,000 characters, never the payload or the token.</summary>
    public string Message { get; init; } = "";
}
