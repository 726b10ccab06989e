using System.Globalization;

namespace SpanRelay.Tokens;

/// <summary>A token as one version of the secret holds it. Its text form is safe to log.</summary>
/// <param name="Version">The version's id in Key Vault; "setting" for a token that is a setting.</param>
/// <param name="Token">The token to send.</param>
/// <param name="ExpiresOn">The secret's expiry, if it has one. Neither Key Vault nor Dynatrace enforces it.</param>
public sealed record TokenVersion(string Version, ApiToken Token, DateTimeOffset? ExpiresOn)
{
    /// <summary>Whether a text form is of this version, regardless of the expiry in it.</summary>
    internal bool IsOf(string text) => text.StartsWith($"{Version} ({Token},", StringComparison.Ordinal);

    public override string ToString() => $"{Version} ({Token}, {ExpiryText})";

    private string ExpiryText => ExpiresOn is { } on
        ? string.Create(CultureInfo.InvariantCulture, $"expires {on.UtcDateTime:yyyy-MM-dd HH:mm}Z")
        : "no expiry known";
}
