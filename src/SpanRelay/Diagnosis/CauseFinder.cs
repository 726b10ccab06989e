using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Tokens;

namespace SpanRelay.Diagnosis;

/// <summary>Decides which cause fits what is known, without asking any service.</summary>
internal static class CauseFinder
{
    public static Cause Find(DeadLetter letter, ReadOnlyMemory<byte> payload, Findings findings, DateTimeOffset now) => letter switch
    {
        { Reason: DeadLetterReason.Unreadable } => PayloadClassifier.Classify(payload, letter.Problem),
        { Reason: DeadLetterReason.TooFarAhead } => CauseCatalog.SpansInFuture,
        { Reason: DeadLetterReason.WithoutEnd } => CauseCatalog.SpansWithoutEnd,
        { Reason: DeadLetterReason.WithoutIds } => CauseCatalog.SpanWithoutIds,
        { Reason: DeadLetterReason.TooLargeForEvent } => CauseCatalog.SpanTooLargeForEvent,
        { Reason: DeadLetterReason.RefusedInPart } => CauseCatalog.PartialSuccess,
        { Reason: DeadLetterReason.Unrecorded } => CauseCatalog.Unrecorded,
        { Reason: DeadLetterReason.TooOld, Response: null } => TimeUnit.CauseOf(letter) ?? CauseCatalog.SpansTooOld,
        { Response: { } response } => FromResponse(response, letter.Endpoint, findings, now),
        _ => CauseCatalog.Unknown,
    };

    private static Cause FromResponse(Response response, string endpoint, Findings findings, DateTimeOffset now) => response.Failure switch
    {
        FailureKind.DnsNameNotFound => CauseCatalog.DnsNameNotFound,
        FailureKind.DnsUnavailable => CauseCatalog.DnsUnavailable,
        FailureKind.ConnectionRefused => CauseCatalog.ConnectionRefused,
        FailureKind.ConnectionBroken => CauseCatalog.ConnectionBroken,
        FailureKind.ConnectTimedOut => CauseCatalog.ConnectTimedOut,
        FailureKind.TimedOut => CauseCatalog.ResponseTimedOut,
        FailureKind.CertificateExpired => CauseCatalog.CertificateExpired,
        FailureKind.CertificateSelfSigned => CauseCatalog.CertificateSelfSigned,
        FailureKind.CertificateOfUnknownAuthority => CauseCatalog.CertificateOfUnknownAuthority,
        FailureKind.CertificateForAnotherName => CauseCatalog.CertificateForAnotherName,
        FailureKind.TlsFailed => CauseCatalog.TlsFailed,
        FailureKind.ProxyRefused => CauseCatalog.ProxyRefused,
        FailureKind.NoToken => FromVault(response.Vault),
        FailureKind.SpanTooLarge => CauseCatalog.TooLarge,
        _ => response.Status is { } status ? FromStatus(status, response, endpoint, findings, now) : CauseCatalog.Unknown,
    };

    private static Cause FromVault(VaultFailure failure) => failure switch
    {
        VaultFailure.Forbidden => CauseCatalog.VaultForbidden,
        VaultFailure.SecretMissing => CauseCatalog.SecretMissing,
        VaultFailure.SecretDisabled => CauseCatalog.SecretDisabled,
        VaultFailure.NotAToken => CauseCatalog.TokenMalformed,
        _ => CauseCatalog.VaultUnavailable,
    };

    private static Cause FromStatus(int status, Response response, string endpoint, Findings findings, DateTimeOffset now) => status switch
    {
        >= 200 and < 300 => CauseCatalog.NotDynatrace,
        >= 300 and < 400 => CauseCatalog.Redirected,
        404 or 405 => FromUnknownAddress(response, endpoint, findings),
        407 => CauseCatalog.ProxyRefused,
        _ when response.Form == ResponseForm.Html && status is 401 or 403 or 511 => CauseCatalog.NotDynatrace,
        401 or 403 => FromRefusedToken(status, response, findings, now),
        413 => CauseCatalog.TooLarge,
        415 => CauseCatalog.JsonSent,
        429 => CauseCatalog.Throttled,
        408 or 500 or 502 or 503 or 504 or > 505 and not 511 => CauseCatalog.ServerError,
        _ when response.Outcome == Outcome.Rejected => CauseCatalog.MalformedForDynatrace,
        _ => CauseCatalog.NotAcceptedHere,
    };

    private static Cause FromUnknownAddress(Response response, string endpoint, Findings findings) => response switch
    {
        _ when Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Host.Contains(".apps.", StringComparison.OrdinalIgnoreCase) => CauseCatalog.WebAddress,
        { Form: ResponseForm.Html } when response.Message.Contains("Dynatrace", StringComparison.OrdinalIgnoreCase) => CauseCatalog.WebAddress,
        _ when findings.StatusWithoutEnvironment is { } status and not (404 or 405) && status < 500 => CauseCatalog.AddressFormsMixed,
        { Status: 404 } when LacksEnvironment(endpoint) => CauseCatalog.AddressFormsMixed,
        { Form: ResponseForm.Json or ResponseForm.Protobuf } or { Status: 405 } => CauseCatalog.PathWrong,
        _ => CauseCatalog.EnvironmentUnknown,
    };

    /// <summary>Any other host is a Managed cluster or an ActiveGate, which serve several environments.</summary>
    private static bool LacksEnvironment(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && !address.IsLoopback && !EnvironmentAddressReader.IsDynatraceHost(address.Host)
        && !address.AbsolutePath.Contains("/e/", StringComparison.Ordinal);

    private static Cause FromRefusedToken(int status, Response response, Findings findings, DateTimeOffset now)
    {
        var isPlatform = response.Token.Contains("dt0s", StringComparison.Ordinal);
        return findings switch
        {
            { Token.PersonalAccessToken: true } => CauseCatalog.TokenIsPersonal,
            { Token.Enabled: false } => CauseCatalog.TokenDisabled,
            { Token.ExpirationDate: { } expiry } when expiry <= now => CauseCatalog.TokenExpired,
            { SecretExpiresOn: { } expiry } when status == 401 && expiry <= now => CauseCatalog.SecretExpired,
            _ when status == 403 && isPlatform && (Says(response, "expired") || findings.SecretExpiresOn <= now) => CauseCatalog.PlatformTokenExpired,
            { IsTokenUnknown: true } => CauseCatalog.TokenRevoked,
            { Token.Scopes: { } scopes } when !scopes.Contains(TokenCheck.ClassicScope) => CauseCatalog.ScopeMissing,
            _ when status == 401 && Says(response, "missing") && Says(response, "authoriz") => CauseCatalog.TokenMissing,
            _ when status == 401 && Says(response, "scheme") => CauseCatalog.TokenOfWrongScheme,
            _ when status == 403 && isPlatform => CauseCatalog.PolicyMissing,
            _ when status == 403 && Says(response, "scope") => CauseCatalog.ScopeMissing,
            _ => CauseCatalog.TokenRefused,
        };
    }

    private static bool Says(Response response, string word) => response.Message.Contains(word, StringComparison.OrdinalIgnoreCase);
}
