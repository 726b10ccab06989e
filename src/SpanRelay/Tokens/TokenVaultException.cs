using System.Globalization;
using Azure;

namespace SpanRelay.Tokens;

/// <summary>A call of Key Vault failed. The message says why and what to do; it holds no secret.</summary>
public sealed class TokenVaultException(string message, int? status = null, VaultFailure failure = VaultFailure.Unavailable) : Exception(message)
{
    private const int KeptCharacters = 300;

    /// <summary>The HTTP status; null when there was no response.</summary>
    public int? Status { get; } = status;

    public VaultFailure Failure { get; } = failure;

    internal static TokenVaultException From(TokenSecret secret, RequestFailedException failure)
    {
        if (failure.Status == 0)
            return new TokenVaultException($"{secret.Vault.Host} cannot be reached: {FirstLine(failure.Message)}");

        var hint = failure.Status switch
        {
            401 or 403 => "Check that the version is enabled, that the app's identity has the role Key Vault Secrets User on the vault, and that the vault's firewall allows the app.",
            404 => "Check the secret's name, and that the secret was not deleted.",
            429 => "The vault is throttling requests.",
            _ => "Key Vault errors of this kind are usually temporary.",
        };
        return new TokenVaultException(
            string.Create(CultureInfo.InvariantCulture, $"{secret} responded with {failure.Status} {OneLine.From(failure.ErrorCode, KeptCharacters)}. {hint}"), failure.Status, FailureOf(failure));
    }

    // Key Vault answers 403 for a disabled version as for a missing role; only the inner error tells them apart.
    private static VaultFailure FailureOf(RequestFailedException failure) => failure.Status switch
    {
        403 when failure.Message.Contains("SecretDisabled", StringComparison.Ordinal) || failure.Message.Contains("disabled secret", StringComparison.Ordinal) => VaultFailure.SecretDisabled,
        401 or 403 => VaultFailure.Forbidden,
        404 => VaultFailure.SecretMissing,
        _ => VaultFailure.Unavailable,
    };

    internal static TokenVaultException From(TokenSecret secret, Exception failure) =>
        new($"{secret} cannot be read: the login to Azure failed: {FirstLine(failure.Message)}");

    private static string FirstLine(string text)
    {
        var line = text.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        return OneLine.From((end < 0 ? line : line[..end]).ToString(), KeptCharacters);
    }
}
