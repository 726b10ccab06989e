namespace SpanRelay.Fakes.Dynatrace;

/// <summary>A call of the token API that was carried out. Neither credential nor body is in it.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Without the query.</param>
/// <param name="Status">What it is answered.</param>
public sealed record TokenRequest(string Method, string Path, int Status)
{
    /// <summary>It created or deleted a token.</summary>
    public bool IsChange => Method is "DELETE" || (Method is "POST" && !Path.EndsWith("/lookup", StringComparison.Ordinal));
}
