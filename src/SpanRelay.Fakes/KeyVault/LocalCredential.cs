using Azure.Core;

namespace SpanRelay.Fakes.KeyVault;

/// <summary>The local identity's access token without a login, for code in this process. No vault in Azure accepts it.</summary>
public sealed class LocalCredential(ManagedIdentityServer identity) : TokenCredential
{
    /// <inheritdoc/>
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new(identity.AccessToken, TimeProvider.System.GetUtcNow().AddHours(1));

    /// <inheritdoc/>
    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        ValueTask.FromResult(GetToken(requestContext, cancellationToken));
}
