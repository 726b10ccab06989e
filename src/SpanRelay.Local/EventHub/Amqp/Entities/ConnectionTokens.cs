namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary>The tokens that a client has sent on its connection.</summary>
internal sealed class ConnectionTokens(SharedAccessPolicy policy)
{
    private readonly Dictionary<string, SharedAccessGrant> _grants = [];

    // Clients sign by their own clock, so it decides here too, whatever time a test gives the hub.
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>A later token for the same resource replaces the earlier.</summary>
    public SharedAccessSignatureResult Put(string? token)
    {
        var result = SharedAccessSignature.Verify(token, policy.Name, policy.Key, Now, out var grant);
        if (!result.IsValid) return result;
        if (_grants.Count >= AmqpLimits.MaxTokens && !_grants.ContainsKey(grant.Resource)) return SharedAccessSignatureResult.Refused("The connection has too many tokens.");
        _grants[grant.Resource] = grant;
        return result;
    }

    public bool Cover(string path)
    {
        var now = Now;
        return _grants.Values.Any(grant => grant.Expiry > now && grant.CoversPath(path));
    }

    /// <summary>Any valid token suffices to read the hub's properties.</summary>
    public bool HasAny()
    {
        var now = Now;
        return _grants.Values.Any(grant => grant.Expiry > now);
    }
}
