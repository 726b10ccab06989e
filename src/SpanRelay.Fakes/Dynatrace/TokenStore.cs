using System.Collections.Concurrent;

namespace SpanRelay.Fakes.Dynatrace;

/// <summary>The tokens an environment knows.</summary>
internal sealed class TokenStore(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, KnownToken> _tokens = new(StringComparer.Ordinal);

    /// <summary>Those that are not expired.</summary>
    public IReadOnlyCollection<KnownToken> Valid => [.. _tokens.Values.Where(token => !token.IsExpired(time.GetUtcNow()))];

    public void Add(DynatraceToken token, string name = "", DateTimeOffset? expires = null) =>
        _tokens[token.Value] = new KnownToken(token, name, time.GetUtcNow(), expires);

    public void Change(string value, Func<KnownToken, KnownToken> change) =>
        _tokens.AddOrUpdate(value, _ => throw new InvalidOperationException("The token is not known."), (_, known) => change(known));

    public void Revoke(string value) => _tokens.TryRemove(value, out _);

    public bool Delete(string id) => _tokens.Values.FirstOrDefault(token => token.Id == id) is { } found && _tokens.TryRemove(found.Token.Value, out _);

    public KnownToken? Find(string value) => _tokens.GetValueOrDefault(value);

    /// <returns>Null when the header may send spans.</returns>
    public DynatraceReply? Check(string authorization) => Check(authorization, token => token.IngestScope);

    /// <param name="scope">What a token of its kind needs; null: any token will do.</param>
    /// <returns>Null when the header's token is known and has the scope.</returns>
    public DynatraceReply? Check(string authorization, Func<DynatraceToken, string?> scope)
    {
        var space = authorization.IndexOf(' ', StringComparison.Ordinal);
        var scheme = space < 0 ? authorization : authorization[..space];
        var value = space < 0 ? "" : authorization[(space + 1)..].Trim();
        if (_tokens.TryGetValue(value, out var platform) && platform.Token.IsPlatform && platform.IsExpired(time.GetUtcNow()) && scheme == "Bearer")
            return DynatraceReply.Error(403, "The platform token has expired");
        if (!_tokens.TryGetValue(value, out var known) || known.IsExpired(time.GetUtcNow()) || !known.IsEnabled
            || !string.Equals(scheme, known.Token.AuthorizationScheme, StringComparison.OrdinalIgnoreCase))
        {
            return DynatraceReply.Error(401, "Token Authentication failed");
        }

        return scope(known.Token) is not { } needed || known.Token.Scopes.Contains(needed)
            ? null
            : DynatraceReply.Error(403, $"Token is missing required scope. Use one of: {needed}");
    }
}
