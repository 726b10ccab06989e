using SpanRelay.Settings;

namespace SpanRelay.Tokens;

/// <summary>Where the token comes from, and how it is rotated.</summary>
public sealed record TokenOptions
{
    /// <summary>A token that is a plain setting, for local use; Key Vault is not read then.</summary>
    /// <setting name="Dynatrace__ApiToken">The token itself, in place of the secret, for local use.</setting>
    public ApiToken? ApiToken { get; init; }

    /// <summary>The Key Vault secret that holds the token.</summary>
    /// <setting name="Dynatrace__TokenSecretUri" default="required">The Key Vault secret that holds the token: `https://{vault}.vault.azure.net/secrets/{name}`. The token is an access token (`dt0c01.…`) with the scope `openTelemetryTrace.ingest`, or a platform token (`dt0s16.…`) with `openpipeline:traces:ingest`.</setting>
    public TokenSecret? Secret { get; init; }

    /// <summary>
    /// How often the secret is reread in the background. Default: 5 minutes. When Dynatrace refuses the token it is reread at
    /// once, so this only decides how soon a new version is noticed while the old one still works.
    /// </summary>
    /// <setting name="Dynatrace__TokenRefresh">How often the secret is read again in the background.</setting>
    public TimeSpan Refresh { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The secret with a token that may create tokens (apiTokens.read and apiTokens.write). Default: none, so the token is not rotated.</summary>
    /// <setting name="Dynatrace__RotationTokenSecretUri">The secret with a token that may create tokens (`apiTokens.read`, `apiTokens.write`). With it, the app rotates the token automatically.</setting>
    public TokenSecret? RotationSecret { get; init; }

    /// <summary>
    /// How long a token made by rotation lives, in days. Default: 90. At least 40, since a token is replaced
    /// 30 days before it expires: a shorter life would be rotated every day.
    /// </summary>
    /// <setting name="Dynatrace__TokenLifetimeDays">Lifetime, in days, of a token created by rotation.</setting>
    public int LifetimeDays { get; init; } = 90;

    /// <summary>Whether the token sends metrics too (<c>GenAi__Metrics</c>), for which it needs a scope more. Default: false.</summary>
    /// <setting name="GenAi__Metrics">Send [metrics made of the delivered model spans](ai-metrics.md). The token then also needs `metrics.ingest`, a platform token `openpipeline:metrics:ingest`.</setting>
    public bool SendsMetrics { get; init; }

    /// <summary>How long both tokens work after a rotation, before the old one is deleted. Default: 10 minutes, twice the refresh.</summary>
    /// <setting name="Dynatrace__TokenOverlap">How long both tokens are valid after a rotation.</setting>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The certificate authority of the local runtime's vault, as PEM; used for a vault on this machine only.</summary>
    internal string? LocalVaultAuthority { get; init; }

    public static TokenOptions Read(SettingsReader settings)
    {
        var defaults = new TokenOptions();
        var options = new TokenOptions
        {
            ApiToken = ReadToken(settings),
            Secret = ReadSecret(settings, "Dynatrace__TokenSecretUri"),
            Refresh = settings.Duration("Dynatrace__TokenRefresh", defaults.Refresh, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            RotationSecret = ReadSecret(settings, "Dynatrace__RotationTokenSecretUri"),
            LifetimeDays = settings.Number("Dynatrace__TokenLifetimeDays", defaults.LifetimeDays, 40, 3650),
            Overlap = settings.Duration("Dynatrace__TokenOverlap", defaults.Overlap, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            SendsMetrics = settings.Flag("GenAi__Metrics", byDefault: false),
            LocalVaultAuthority = settings.Text(LocalVaultTrust.Setting),
        };
        CheckRotation(settings, options);
        return options;
    }

    private static void CheckRotation(SettingsReader settings, TokenOptions options)
    {
        const string Name = "Dynatrace__RotationTokenSecretUri";
        if (options.RotationSecret is null)
            return;
        if (settings.Text("Dynatrace__TokenSecretUri") is null)
            settings.Report(Name, "needs Dynatrace__TokenSecretUri: rotation writes the new token there.");
        else if (options.Secret?.Version is not null)
            settings.Report(Name, "needs Dynatrace__TokenSecretUri without a version: rotation writes new ones.");
        else if (options.Secret is { } secret && secret.ToString() == options.RotationSecret.ToString())
            settings.Report(Name, "must name another secret than Dynatrace__TokenSecretUri: the token that creates tokens is not the one that sends spans.");
    }

    private static ApiToken? ReadToken(SettingsReader settings)
    {
        const string Name = "Dynatrace__ApiToken";
        const string SecretName = "Dynatrace__TokenSecretUri";
        var text = settings.Text(Name);
        var isInVault = settings.Text(SecretName) is not null;
        if (text is null && !isInVault)
            settings.Report(SecretName, "is missing: give the identifier of the Key Vault secret that holds the Dynatrace token, or, for local use, the token itself in Dynatrace__ApiToken.");
        if (text is not null && isInVault)
            settings.Report(Name, "must not be set together with Dynatrace__TokenSecretUri: choose one. In Azure that is the Key Vault secret.");
        if (text is null)
            return null;
        if (ApiToken.TryParse(text, out var token, out var problem))
            return token;

        settings.Report(Name, problem);
        return null;
    }

    private static TokenSecret? ReadSecret(SettingsReader settings, string name)
    {
        if (settings.Text(name) is not { } text)
            return null;
        if (TokenSecret.TryParse(text, out var secret, out var problem))
            return secret;

        settings.Report(name, problem);
        return null;
    }
}
