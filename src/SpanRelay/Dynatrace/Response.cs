using System.Globalization;

namespace SpanRelay.Dynatrace;

/// <summary>What came back for one request.</summary>
public sealed record Response
{
    public required Outcome Outcome { get; init; }

    /// <summary>The HTTP status; null when there was no answer.</summary>
    public int? Status { get; init; }

    public string StatusText => Status is { } status ? string.Create(CultureInfo.InvariantCulture, $"status {status}") : "no answer";

    /// <summary>Spans that a partial success says were refused.</summary>
    public long RejectedSpans { get; init; }

    /// <summary>For how long the server asks not to be asked again; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What kept it from being answered.</summary>
    public FailureKind Failure { get; init; }

    /// <summary>What the body was.</summary>
    public ResponseForm Form { get; init; }

    /// <summary>The token that it was sent with, by what is safe to show: version, kind and public part, expiry. Empty where there was none.</summary>
    public string Token { get; init; } = "";

    /// <summary>The server's words, or what kept it from answering: one line of at most 1,000 characters, never the payload or the token.</summary>
    public string Message { get; init; } = "";
}
