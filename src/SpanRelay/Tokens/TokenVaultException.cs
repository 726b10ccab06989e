using System.Globalization;
using Azure;
using SpanRelay.Dynatrace;

namespace SpanRelay.Tokens;

/// <summary>Key Vault did not do what it was asked. The message says why and what to do; it holds no secret.</summary>
public sealed class TokenVaultException(string message, int? status = null, FailureKind kind = FailureKind.VaultUnavailable) : Exception(message)
{
    private const int KeptCharacters = 300;

    /// <summary>The HTTP status; null when there was no answer.</summary>
    public int? Status { get; } = status;

    public FailureKind Kind { get; } = kind;

    internal static TokenVaultException Of(TokenSecret secret, RequestFailedException failure)
    {
        if (failure.Status == 0)
            return new TokenVaultException($"{secret.Vault.Host} cannot be reached: {FirstLine(failure.Message)}");

        var hint = failure.Status switch
        {
            401 or 403 => "Is the version enabled, does the app's identity have the role Key Vault Secrets User there, and does the vault's firewall let it in?",
            404 => "Is the secret's name right, and was it not deleted?",
            429 => "The vault is asked too often, by this app or others.",
            _ => "Key Vault's own trouble usually passes by itself.",
        };
        return new TokenVaultException(
            string.Create(CultureInfo.InvariantCulture, $"{secret} answers {failure.Status} {failure.ErrorCode}. {hint}"), failure.Status, KindOf(failure));
    }

    // Key Vault answers 403 for a disabled version as for a missing role; only the inner error tells them apart.
    private static FailureKind KindOf(RequestFailedException failure) => failure.Status switch
    {
        403 when failure.Message.Contains("SecretDisabled", StringComparison.Ordinal) || failure.Message.Contains("disabled secret", StringComparison.Ordinal) => FailureKind.SecretDisabled,
        401 or 403 => FailureKind.VaultForbidden,
        404 => FailureKind.SecretMissing,
        _ => FailureKind.VaultUnavailable,
    };

    internal static TokenVaultException Of(TokenSecret secret, Exception failure) =>
        new($"{secret} cannot be read, since the login to Azure failed: {FirstLine(failure.Message)}");

    private static string FirstLine(string text)
    {
        var line = text.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        line = end < 0 ? line : line[..end];
        return line.Length <= KeptCharacters ? line.ToString() : $"{line[..KeptCharacters]}…";
    }
}
