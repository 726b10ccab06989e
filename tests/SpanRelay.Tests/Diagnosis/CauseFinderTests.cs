using System.Net;
using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Dynatrace;
using SpanRelay.Local.Faults;
using SpanRelay.Otlp;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Diagnosis;

/// <summary>The decision as a table: what is known of a failure, and the cause.</summary>
public sealed class CauseFinderTests
{
    private const string Saas = "https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces";
    private const string Managed = "https://dynatrace.example.org/e/0b1c/api/v2/otlp/v1/traces";
    private const string Classic = "1 (dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.…, no expiry known)";
    private const string Platform = "1 (dt0s16.ABCDEFGH.…, no expiry known)";
    private const string Page = "<html>";

    private static readonly TokenDetails Good = new() { Id = "dt0c01.ABC", Name = "spans", Enabled = true, Scopes = [TokenCheck.ClassicScope] };

    private static readonly (string Code, DeadLetter Letter, Findings? Findings)[] Answers =
    [
        ("web-address", Answered(404, "", "https://abc12345.apps.dynatrace.com/api/v2/otlp/v1/traces"), null),
        ("web-address", Answered(404, Page + "Dynatrace"), null),
        ("environment-unknown", Answered(404), null),
        ("environment-unknown", Answered(404, Page + "Not Found"), null),
        ("environment-unknown", Answered(404, "", Managed), new Findings { StatusWithoutEnvironment = 404 }),
        ("environment-unknown", Answered(404, "", Managed), new Findings { StatusWithoutEnvironment = 502 }),
        ("path-wrong", Answered(404, "no such path"), null),
        ("path-wrong", Answered(405), null),
        ("address-forms-mixed", Answered(404, "", Managed), new Findings { StatusWithoutEnvironment = 401 }),
        ("address-forms-mixed", Answered(404, "no such path", "https://activegate.example.org:9999/api/v2/otlp/v1/traces"), null),
        ("not-dynatrace", Answered(200, Page), null),
        ("not-dynatrace", Answered(204), null),
        ("not-dynatrace", Answered(403, Page + "blocked by the firewall"), null),
        ("redirected", Answered(302), null),
        ("proxy-refused", Answered(407), null),
        ("proxy-refused", Failed(FailureKind.ProxyRefused), null),
        ("not-accepted-here", Answered(402), null),
        ("token-missing", Answered(401, "Missing authorization parameter."), new Findings { Token = Good }),
        ("token-wrong-scheme", Answered(401, "Unsupported authorization scheme"), new Findings { Token = Good }),
        ("token-expired", Answered(401), new Findings { Token = Good with { ExpirationDate = Some.Now } }),
        ("token-disabled", Answered(401), new Findings { Token = Good with { Enabled = false } }),
        ("token-revoked", Answered(401), new Findings { IsTokenUnknown = true }),
        ("token-refused", Answered(401), null),
        ("token-refused", Answered(403), new Findings { Token = Good with { ExpirationDate = Some.Now.AddSeconds(1) } }),
        ("token-personal", Answered(403), new Findings { Token = Good with { PersonalAccessToken = true } }),
        ("scope-missing", Answered(403), new Findings { Token = Good with { Scopes = ["logs.ingest"] } }),
        ("scope-missing", Answered(403, "Token is missing required scope. Use one of: openTelemetryTrace.ingest"), null),
        ("policy-missing", Answered(403, token: Platform), null),
        ("policy-missing", Answered(403, "Token is missing required scope. Use one of: openpipeline:traces:ingest", token: Platform), null),
        ("policy-missing", Answered(403, token: Platform), new Findings { SecretExpiresOn = Some.Now.AddSeconds(1) }),
        ("platform-token-expired", Answered(403, "The platform token has expired", token: Platform), null),
        ("platform-token-expired", Answered(403, token: Platform), new Findings { SecretExpiresOn = Some.Now }),
        ("scope-missing", Answered(403, "The scope of an expired offer is missing"), null), // A classic token's expiry is a 401.
        ("vault-forbidden", NoToken(VaultFailure.Forbidden), null),
        ("secret-missing", NoToken(VaultFailure.SecretMissing), null),
        ("secret-disabled", NoToken(VaultFailure.SecretDisabled), null),
        ("secret-expired", Answered(401), new Findings { SecretExpiresOn = Some.Now }),
        ("token-malformed", NoToken(VaultFailure.NotAToken), null),
        ("vault-unavailable", NoToken(VaultFailure.Unavailable), null),
        ("dns-name-not-found", Failed(FailureKind.DnsNameNotFound), null),
        ("dns-unavailable", Failed(FailureKind.DnsUnavailable), null),
        ("connection-refused", Failed(FailureKind.ConnectionRefused), null),
        ("connect-timed-out", Failed(FailureKind.ConnectTimedOut), null),
        ("connection-broken", Failed(FailureKind.ConnectionBroken), null),
        ("response-timed-out", Failed(FailureKind.TimedOut), null),
        ("certificate-expired", Failed(FailureKind.CertificateExpired), null),
        ("certificate-self-signed", Failed(FailureKind.CertificateSelfSigned), null),
        ("certificate-unknown-authority", Failed(FailureKind.CertificateOfUnknownAuthority), null),
        ("certificate-wrong-name", Failed(FailureKind.CertificateForAnotherName), null),
        ("tls-failed", Failed(FailureKind.TlsFailed), null),
        ("throttled", Answered(429), null),
        ("server-error", Answered(503), null),
        ("not-protobuf", Answered(415), null),
        ("too-large", Answered(413), null),
        ("too-large", Failed(FailureKind.SpanTooLarge), null),
        ("rejected", Answered(400), null),
        ("unknown", Failed(FailureKind.None), null),
        ("unknown", Letter(null), null),
    ];

    private static readonly (string Code, DeadLetter Letter)[] Undeliverable =
    [
        ("partial-success", Answered(200) with { Reason = DeadLetterReason.RefusedInPart }),
        ("spans-too-old", Letter(DeadLetterReason.TooOld)),
        ("server-error", Answered(503) with { Reason = DeadLetterReason.TooOld }),
        ("spans-too-old", EndedAt(new DateTimeOffset(2024, 5, 4, 0, 0, 0, TimeSpan.Zero))),
        ("spans-too-old", EndedAt(new DateTimeOffset(1999, 12, 31, 0, 0, 0, TimeSpan.Zero))),
        ("spans-too-old", EndedAt(DateTimeOffset.UnixEpoch.AddMinutes(5))),
        ("times-in-seconds", EndedAt(ReadAs(Some.Now.ToUnixTimeSeconds()))),
        ("times-in-milliseconds", EndedAt(ReadAs(Some.Now.ToUnixTimeMilliseconds()))),
        ("times-in-milliseconds", EndedAt(ReadAs(Some.Now.AddYears(-3).ToUnixTimeMilliseconds()))),
        ("times-in-microseconds", EndedAt(ReadAs(Some.Now.ToUnixTimeMilliseconds() * 1000))),
        ("times-in-ticks", EndedAt(ReadAs(Some.Now.Ticks))),
        ("spans-in-future", Letter(DeadLetterReason.TooFarAhead)),
        ("spans-without-end", Letter(DeadLetterReason.WithoutEnd)),
        ("span-without-ids", Letter(DeadLetterReason.WithoutIds)),
        ("span-too-large-for-event", Letter(DeadLetterReason.TooLargeForEvent)),
        ("too-large-for-memory", Letter(DeadLetterReason.Unreadable) with { Problem = PayloadProblem.OutOfMemory }),
        ("too-slow", Letter(DeadLetterReason.Unreadable) with { Problem = PayloadProblem.TooSlow }),
        ("nested-too-deep", Letter(DeadLetterReason.Unreadable) with { Problem = PayloadProblem.NestedTooDeep }),
        ("unrecorded", Answered(503) with { Reason = DeadLetterReason.Unrecorded }),
    ];

    [Fact]
    public void EveryFailureHasItsCause()
    {
        var all = Answers.Concat(Undeliverable.Select(each => (each.Code, each.Letter, Findings: (Findings?)null))).ToList();

        Assert.Equal(
            all.Select((each, row) => $"{row}: {each.Code}"),
            all.Select((each, row) => $"{row}: {CauseFinder.Find(each.Letter, default, each.Findings ?? Findings.None, Some.Now).Code}"));
    }

    [Fact]
    public void EveryCauseIsInOneOfTheTables()
    {
        string[] found =
        [
            .. Answers.Select(each => each.Code), .. Undeliverable.Select(each => each.Code), .. PayloadClassifierTests.Events().Select(each => each.Data.Item3),
            .. EventForms.All.Select(form => form.Cause).OfType<string>(),
        ];

        Assert.Equal(CauseCatalog.Groups.SelectMany(group => group.Causes).Select(cause => cause.Code).Order(), found.Distinct().Order());
    }

    private static DeadLetter Letter(DeadLetterReason? reason) => new() { Id = "20260504-3-41-0123456789abcdef", At = Some.Now, Reason = reason, Endpoint = Saas };

    private static DeadLetter EndedAt(DateTimeOffset end) =>
        Letter(DeadLetterReason.TooOld) with { Age = TimeSpan.FromSeconds(Math.Floor((Some.Now - end).TotalSeconds)) };

    private static DateTimeOffset ReadAs(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);

    private static DeadLetter Answered(int status, string message = "", string endpoint = Saas, string token = Classic) => Letter(null) with
    {
        Endpoint = endpoint,
        Response = new Response
        {
            Outcome = status == 200 ? Outcome.Blocked : Outcomes.FromStatus((HttpStatusCode)status),
            Status = status,
            Form = message.StartsWith(Page, StringComparison.Ordinal) ? ResponseForm.Html : message.Length > 0 ? ResponseForm.Json : ResponseForm.Empty,
            Message = message,
            Token = token,
        },
    };

    private static DeadLetter NoToken(VaultFailure failure) =>
        Letter(null) with { Response = new Response { Outcome = Outcome.RetryLater, Failure = FailureKind.NoToken, Vault = failure } };

    private static DeadLetter Failed(FailureKind failure) => Letter(null) with { Response = new Response { Outcome = Outcome.RetryLater, Failure = failure } };
}
