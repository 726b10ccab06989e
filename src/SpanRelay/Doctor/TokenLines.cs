using System.Globalization;
using SpanRelay.Diagnosis;
using SpanRelay.Dynatrace;
using SpanRelay.Tokens;

namespace SpanRelay.Doctor;

/// <summary>The token: where it is read from, its kind and expiry, and what Dynatrace's token lookup says about it.</summary>
/// <param name="vault">Null for a token that is a setting.</param>
internal sealed class TokenLines(DynatraceOptions options, TokenVault? vault, TokenVault? rotationVault, TokenApi api, TimeProvider time)
{
    private const string Check = "token";
    private const string Scopes = "token scopes";
    private const string Rotation = "rotation";

    private static readonly string[] RotationScopes = ["apiTokens.read", "apiTokens.write"];

    /// <returns>The token to look at further; null when there is none.</returns>
    public async Task<(IReadOnlyList<CheckResult> Results, ApiToken? Token)> RunAsync(CancellationToken cancellationToken)
    {
        if (vault is null)
            return ([Describe("the setting Dynatrace__ApiToken", options.Token.ApiToken!, null)], options.Token.ApiToken);
        try
        {
            var stored = await vault.ReadAsync(cancellationToken);
            if (!stored.IsToken)
                return ([CheckResult.Of(Causes.Of(VaultFailure.NotAToken, Now), Check, $"Version {stored.Version} of {vault.Secret} {stored.Problem}")], null);
            return ([Describe($"version {stored.Version} of {vault.Secret}", stored.Token.Token, stored.Token.ExpiresOn), .. VersionLines(vault.Secret)], stored.Token.Token);
        }
        catch (TokenVaultException e)
        {
            return ([CheckResult.Of(Causes.Of(e, Now), Check, e.Message)], null);
        }
    }

    public async Task<IReadOnlyList<CheckResult>> LookUpAsync(ApiToken token, CancellationToken cancellationToken)
    {
        if (token.IsPlatform)
            return [CheckResult.Skip(Scopes, "Dynatrace's token lookup knows no platform tokens; the empty export shows what it may.")];
        try
        {
            return Judge(await api.LookUpAsync(token, cancellationToken));
        }
        catch (TokenApiException e)
        {
            return [CheckResult.Skip(Scopes, $"The token lookup says nothing: {(e.Status is { } status ? string.Create(CultureInfo.InvariantCulture, $"status {status}.") : e.Message)} The empty export shows what the token may.")];
        }
    }

    public async Task<IReadOnlyList<CheckResult>> CheckRotationAsync(CancellationToken cancellationToken)
    {
        if (rotationVault is null)
            return [CheckResult.Skip(Rotation, "Off: Dynatrace__RotationTokenSecretUri is not set.")];
        try
        {
            var stored = await rotationVault.ReadAsync(cancellationToken);
            if (!stored.IsToken)
                return [CheckResult.Of(Causes.Of(VaultFailure.NotAToken, Now), Rotation, $"Version {stored.Version} of {rotationVault.Secret} {stored.Problem}", CheckMark.Warning)];
            var missing = RotationScopes.Except((await api.LookUpAsync(stored.Token.Token, cancellationToken)).Scopes ?? []).ToList();
            return missing.Count == 0
                ? [CheckResult.Ok(Rotation, $"The rotation token {stored.Token.Token} may create tokens.")]
                : [CheckResult.Warn(Rotation, $"The rotation token {stored.Token.Token} lacks {string.Join(" and ", missing)}.", "Give it the scopes apiTokens.read and apiTokens.write, or rotation fails when the token is about to expire.", CauseCatalog.ScopeMissing.Code)];
        }
        catch (TokenVaultException e)
        {
            return [CheckResult.Of(Causes.Of(e, Now), Rotation, e.Message, CheckMark.Warning)];
        }
        catch (TokenApiException e)
        {
            return [CheckResult.Warn(Rotation, $"The rotation token cannot be looked up: {e.Message}", "Store a working one, or rotate by hand (spanrelay token rotate says how).")];
        }
    }

    private DateTimeOffset Now => time.GetUtcNow();

    private CheckResult Describe(string source, ApiToken token, DateTimeOffset? expires)
    {
        var found = $"{(token.IsPlatform ? "Platform token" : "Access token")} {token} from {source}, {Text(expires)}.";
        if (token.HadPrefix)
            return CheckResult.Warn(Check, $"{found} It has a scheme in front (Api-Token or Bearer), which is ignored.", "Store the token alone.");
        if (expires <= Now)
            return CheckResult.Warn(Check, found, "Store a new token as a new version of the secret, with its expiry.", token.IsPlatform ? CauseCatalog.PlatformTokenExpired.Code : CauseCatalog.SecretExpired.Code);
        return expires - Now <= TokenCheck.WarnsFrom ? CheckResult.Warn(Check, found, ReplaceIt) : CheckResult.Ok(Check, found);
    }

    private static IEnumerable<CheckResult> VersionLines(TokenSecret secret)
    {
        if (secret.Version is { } version)
            yield return CheckResult.Warn(Check, $"Dynatrace__TokenSecretUri names version {version}, so a rotated token is never read.", "Remove the version from the setting.");
    }

    private IReadOnlyList<CheckResult> Judge(TokenDetails found)
    {
        var scopes = found.Scopes is { Count: > 0 } some ? TokenDetails.Text(some) : "none";
        if (found is { Enabled: null, Scopes: null })
            return [CheckResult.Skip(Scopes, "The token lookup says nothing about the token; the empty export shows what it may.")];
        if (found.PersonalAccessToken == true)
            return [Fail(CauseCatalog.TokenIsPersonal, $"Scopes: {scopes}.")];
        if (found.Enabled == false)
            return [Fail(CauseCatalog.TokenDisabled, "The token lookup says that it is not enabled.")];
        if (found.ExpirationDate <= Now)
            return [Fail(CauseCatalog.TokenExpired, $"The token lookup says: {Text(found.ExpirationDate)}.")];
        if (found.Scopes?.Contains(TokenCheck.ClassicScope) == false)
            return [Fail(CauseCatalog.ScopeMissing, $"Its scopes: {scopes}.")];
        if (options.Token.SendsMetrics && found.Scopes?.Contains(TokenCheck.ClassicMetricsScope) == false)
            return [CheckResult.Fail(Scopes, $"The token lacks the scope {TokenCheck.ClassicMetricsScope}, which GenAi__Metrics needs. Its scopes: {scopes}.", $"Create a token with the scopes {TokenCheck.ClassicScope} and {TokenCheck.ClassicMetricsScope}, and store it as a new version of the secret.", CauseCatalog.ScopeMissing.Code)];
        var line = $"Dynatrace knows the token: enabled, {Text(found.ExpirationDate)}, scopes {scopes}.";
        return found.ExpirationDate - Now <= TokenCheck.WarnsFrom ? [CheckResult.Warn(Scopes, line, ReplaceIt)] : [CheckResult.Ok(Scopes, line)];
    }

    private string ReplaceIt => rotationVault is null
        ? "Store a new token as a new version of the secret, or turn rotation on (Dynatrace__RotationTokenSecretUri)."
        : "Rotation should have replaced it: read its log messages, or run \"spanrelay token rotate\".";

    private static CheckResult Fail(Cause cause, string evidence) => CheckResult.Of(cause, Scopes, evidence);

    private string Text(DateTimeOffset? expires) => expires is { } on
        ? string.Create(CultureInfo.InvariantCulture, $"{(on <= Now ? "expired" : "expires")} {on.UtcDateTime:yyyy-MM-dd HH:mm}Z ({Math.Floor((on - Now).TotalDays)} days)")
        : "no expiry known";
}
