using System.Diagnostics.CodeAnalysis;
using Azure.Security.KeyVault.Secrets;

namespace SpanRelay.Tokens;

/// <summary>What a version of the secret holds: a token, or something else.</summary>
/// <param name="Properties">The version's id, expiry and tags.</param>
/// <param name="Token">Null when the value is not a token.</param>
/// <param name="Problem">Why it is not a token, without the value.</param>
internal sealed record StoredToken(SecretProperties Properties, TokenVersion? Token, string? Problem)
{
    public string Version => Properties.Version;

    [MemberNotNullWhen(true, nameof(Token))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsToken => Token is not null;

    internal static StoredToken From(KeyVaultSecret secret) =>
        ApiToken.TryParse(secret.Value, out var token, out var problem)
            ? new StoredToken(secret.Properties, new TokenVersion(secret.Properties.Version, token, secret.Properties.ExpiresOn), null)
            : new StoredToken(secret.Properties, null, problem);
}
