namespace SpanRelay.Dynatrace;

/// <summary>A call of the token API failed. The message says why, and how to do it by hand; it holds no secret.</summary>
public sealed class TokenApiException(string message, int? status) : Exception(message)
{
    /// <summary>The HTTP status; null when there was no response.</summary>
    public int? Status { get; } = status;
}
