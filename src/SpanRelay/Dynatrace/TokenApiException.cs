namespace SpanRelay.Dynatrace;

/// <summary>Dynatrace did not do what it was asked about tokens. The message says why, and how to do it by hand; it holds no secret.</summary>
public sealed class TokenApiException(string message, int? status) : Exception(message)
{
    /// <summary>The HTTP status; null when there was no answer.</summary>
    public int? Status { get; } = status;
}
