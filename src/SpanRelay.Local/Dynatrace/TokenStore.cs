using System.Collections.Concurrent;

namespace SpanRelay.Local.Dynatrace;

/// <summary>The tokens an environment knows.</summary>
internal sealed class TokenStore
{
    private readonly ConcurrentDictionary<string, DynatraceToken> _tokens = new(StringComparer.Ordinal);

    public void Add(DynatraceToken token) => _tokens[token.Value] = token;

    public void Revoke(string value) => _tokens.TryRemove(value, out _);

    /// <returns>Null when the header may send spans.</returns>
    public DynatraceAnswer? Check(string authorization)
    {
        var space = authorization.IndexOf(' ', StringComparison.Ordinal);
        var scheme = space < 0 ? authorization : authorization[..space];
        var value = space < 0 ? "" : authorization[(space + 1)..].Trim();
        if (!_tokens.TryGetValue(value, out var token)
            || !string.Equals(scheme, token.AuthorizationScheme, StringComparison.OrdinalIgnoreCase))
        {
            return DynatraceAnswer.Error(401, "Token Authentication failed");
        }

        return token.Scopes.Contains(token.IngestScope)
            ? null
            : DynatraceAnswer.Error(403, $"Token is missing required scope. Use one of: {token.IngestScope}");
    }
}
