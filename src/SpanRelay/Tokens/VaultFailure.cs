namespace SpanRelay.Tokens;

/// <summary>Why Key Vault gave no token.</summary>
public enum VaultFailure
{
    None,

    /// <summary>The app's identity may not read the secret, or the vault's firewall rejects the app.</summary>
    Forbidden,

    SecretMissing,

    /// <summary>No version of the secret is enabled.</summary>
    SecretDisabled,

    /// <summary>The secret's value is not a Dynatrace token.</summary>
    NotAToken,

    /// <summary>Key Vault, or the login to Azure, does not respond as it should.</summary>
    Unavailable,
}
