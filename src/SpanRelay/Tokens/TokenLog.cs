using Microsoft.Extensions.Logging;
using SpanRelay.DeadLetters;

namespace SpanRelay.Tokens;

/// <summary>What is logged of the token. Of a token only kind and public part stand here: its text form has no more.</summary>
internal static partial class TokenLog
{
    [LoggerMessage(40, LogLevel.Information, "Read the token: version {Token}.")]
    public static partial void Read(this ILogger log, TokenVersion token);

    [LoggerMessage(41, LogLevel.Information, "Dynatrace takes the token: version {Token}.")]
    public static partial void InUse(this ILogger log, TokenVersion token);

    [LoggerMessage(42, LogLevel.Warning, "{Source} held the token with its scheme (Api-Token or Bearer) in front; {Token} is used without it. Store the token alone.")]
    public static partial void PrefixRemoved(this ILogger log, string source, ApiToken token);

    [LoggerMessage(43, LogLevel.Warning, "Dynatrace__TokenSecretUri names version {Version} of {Secret}: a rotated token is not noticed. Leave the version out.")]
    public static partial void VersionPinned(this ILogger log, TokenSecret secret, string version);

    [LoggerMessage(44, LogLevel.Warning, "The token could not be read again, so version {Token} stays in use. {Problem}")]
    public static partial void VaultDownTokenStays(this ILogger log, string problem, TokenVersion token);

    [LoggerMessage(45, LogLevel.Warning, "There is no token yet, so all spans are held in the Event Hub. {Problem}")]
    public static partial void VaultDownNoToken(this ILogger log, string problem);

    [LoggerMessage(46, LogLevel.Warning, "Incident: version {Version} of {Secret} {Problem} Used instead: {Used}. Store a working token as a new version.")]
    public static partial void NotAToken(this ILogger log, TokenSecret secret, string version, string problem, string used);

    [LoggerMessage(47, LogLevel.Warning, "Incident: of {Secret} Dynatrace refuses the newest version {Refused}, and takes the one before, {Used}, which is used until that changes. Store a working token as a new version before that one expires or is revoked.")]
    public static partial void FallenBack(this ILogger log, TokenSecret secret, string refused, TokenVersion used);

    [LoggerMessage(48, LogLevel.Warning, "The token expires in {Days} days: version {Token}. {NextStep}")]
    public static partial void ExpiresSoon(this ILogger log, int days, TokenVersion token, string nextStep);

    [LoggerMessage(49, LogLevel.Warning, "The token lacks the scope {Scope}, which sending spans needs; it has {Scopes}. Version {Token}.")]
    public static partial void ScopeMissing(this ILogger log, string scope, string scopes, TokenVersion token);

    [LoggerMessage(50, LogLevel.Information, "Dynatrace's token lookup says nothing of version {Token}: {Problem}")]
    public static partial void LookupRefused(this ILogger log, TokenVersion token, string problem);

    [LoggerMessage(51, LogLevel.Warning, "The token is disabled in Dynatrace: version {Token}. Enable it, or store another as a new version.")]
    public static partial void Disabled(this ILogger log, TokenVersion token);

    [LoggerMessage(52, LogLevel.Information, "Rotation: {Step}")]
    public static partial void RotationStep(this ILogger log, string step);

    [LoggerMessage(53, LogLevel.Warning, "Rotation: {Problem}")]
    public static partial void RotationProblem(this ILogger log, string problem);
}
