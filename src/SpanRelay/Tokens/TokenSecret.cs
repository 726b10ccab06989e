using System.Diagnostics.CodeAnalysis;
using Azure.Security.KeyVault.Secrets;

namespace SpanRelay.Tokens;

/// <summary>The Key Vault secret that holds a token, with or without a version.</summary>
public sealed record TokenSecret(Uri Vault, string Name, string? Version)
{
    /// <param name="problem">What is wrong, to follow the setting's name.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out TokenSecret? secret, [NotNullWhen(false)] out string? problem)
    {
        secret = null;
        problem = "is not a secret identifier, which looks like https://{vault}.vault.azure.net/secrets/{name}.";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Scheme != Uri.UriSchemeHttps
            || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0
            || !uri.AbsolutePath.StartsWith("/secrets/", StringComparison.Ordinal)
            || !KeyVaultSecretIdentifier.TryCreate(uri, out var identifier))
        {
            return false;
        }

        problem = null;
        secret = new TokenSecret(identifier.VaultUri, identifier.Name, string.IsNullOrEmpty(identifier.Version) ? null : identifier.Version);
        return true;
    }

    /// <summary>The secret without a version, for messages.</summary>
    public override string ToString() => new Uri(Vault, $"/secrets/{Name}").AbsoluteUri;
}
