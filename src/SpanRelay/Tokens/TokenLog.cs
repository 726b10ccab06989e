using Microsoft.Extensions.Logging;

namespace SpanRelay.Tokens;

/// <summary>Log messages about the token. They show its kind and public part only: its text form has no more.</summary>
internal static partial class TokenLog
{
    [LoggerMessage(40, LogLevel.Information, "Read the token: version {Token}.")]
    public static partial void Read(this ILogger log, TokenVersion token);

    [LoggerMessage(41, LogLevel.Information, "Dynatrace accepts the token: version {Token}.")]
    public static partial void InUse(this ILogger log, TokenVersion token);

    [LoggerMessage(42, LogLevel.Warning, "{Source} holds the token with a scheme in front (Api-Token or Bearer), which is ignored: {Token}. Store the token alone.")]
    public static partial void PrefixRemoved(this ILogger log, string source, ApiToken token);

    [LoggerMessage(43, LogLevel.Warning, "Dynatrace__TokenSecretUri names version {Version} of {Secret}, so a rotated token is never read. Remove the version from the setting.")]
    public static partial void VersionPinned(this ILogger log, TokenSecret secret, string version);

    [LoggerMessage(44, LogLevel.Warning, "The token could not be reread; version {Token} stays in use. {Problem}")]
    public static partial void VaultDownTokenStays(this ILogger log, string problem, TokenVersion token);

    [LoggerMessage(45, LogLevel.Warning, "There is no token yet, so all spans are held in the Event Hub. {Problem}")]
    public static partial void VaultDownNoToken(this ILogger log, string problem);

    [LoggerMessage(46, LogLevel.Warning, "Incident: version {Version} of {Secret} {Problem} In use instead: {Used}. Store a working token as a new version.", EventName = LogEvents.TokenVersionUnusable)]
    public static partial void NotAToken(this ILogger log, TokenSecret secret, string version, string problem, string used);

    [LoggerMessage(47, LogLevel.Warning, "Incident: Dynatrace refuses {Refused}, the newest version of {Secret}, and accepts the one before, {Used}, which stays in use. Store a working token as a new version before that one expires or is revoked.", EventName = LogEvents.TokenFallenBack)]
    public static partial void FallenBack(this ILogger log, TokenSecret secret, string refused, TokenVersion used);

    [LoggerMessage(48, LogLevel.Warning, "The token expires in {Days} days: version {Token}. {NextStep}", EventName = LogEvents.TokenExpires)]
    public static partial void ExpiresSoon(this ILogger log, int days, TokenVersion token, string nextStep);

    [LoggerMessage(49, LogLevel.Warning, "The token lacks the scope {Scope}, which {Purpose}; it has {Scopes}. Version {Token}.")]
    public static partial void ScopeMissing(this ILogger log, string scope, string purpose, string scopes, TokenVersion token);

    [LoggerMessage(50, LogLevel.Information, "Dynatrace's token lookup failed for version {Token}: {Problem}")]
    public static partial void LookupRefused(this ILogger log, TokenVersion token, string problem);

    [LoggerMessage(51, LogLevel.Warning, "The token is disabled in Dynatrace: version {Token}. Enable it, or store another one as a new version.")]
    public static partial void Disabled(this ILogger log, TokenVersion token);

    [LoggerMessage(52, LogLevel.Information, "Rotation: {Step}")]
    public static partial void RotationStep(this ILogger log, string step);

    [LoggerMessage(54, LogLevel.Error, "The upkeep of the token failed unexpectedly, and continues with its next pass.")]
    public static partial void UpkeepFailed(this ILogger log, Exception exception);

    [LoggerMessage(53, LogLevel.Warning, "Rotation: {Problem}")]
    public static partial void RotationProblem(this ILogger log, string problem);
}
