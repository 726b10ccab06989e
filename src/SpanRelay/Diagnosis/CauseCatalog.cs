using SpanRelay.DeadLetters;

namespace SpanRelay.Diagnosis;

/// <summary>All known causes. docs/troubleshooting.md is generated from it.</summary>
public static partial class CauseCatalog
{
    private const string Replay = "Then run \"spanrelay dead-letters replay\" for what can still be sent.";
    private const string Resumes = "Nothing else is needed: held spans are sent as soon as one request succeeds.";

    /// <summary>Instead of <see cref="Resumes"/>, for spans that became too old while they were held.</summary>
    internal const string SendElsewhere = "These spans are now too old for Dynatrace. To keep them, send them elsewhere with \"spanrelay dead-letters replay --to {endpoint}\".";

    private const string NewVersion = "store it as a new version of the Key Vault secret (Dynatrace__TokenSecretUri).";
    private const string OtlpLink = "https://docs.dynatrace.com/docs/ingest-from/opentelemetry/otlp-api";
    private const string TokenLink = "https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/access-tokens";
    private const string VaultLink = "https://learn.microsoft.com/azure/key-vault/general/rbac-guide";
    private const string WireLink = "https://opentelemetry.io/docs/specs/otlp/";

    public static readonly Cause WebAddress = new(
        "web-address", "Spans are sent to the address of Dynatrace's web interface",
        "The web interface does not accept spans.",
        "Status 404, and .apps. in the host name or Dynatrace's web page in the response.",
        "Set Dynatrace__Environment to the environment's id, or replace .apps. in the address with .live.", OtlpLink)
    { After = Resumes };

    public static readonly Cause EnvironmentUnknown = new(
        "environment-unknown", "There is no such Dynatrace environment",
        "The host responds, but has no environment with this id.",
        "Status 404 without an error message of Dynatrace's API.",
        "Compare the id in Dynatrace__Environment with the one in the address of Dynatrace's web interface.", OtlpLink)
    { After = Resumes };

    public static readonly Cause PathWrong = new(
        "path-wrong", "The address does not end in Dynatrace's OTLP path",
        "Dynatrace responds, but does not accept traces at this path. A proxy in front of it may change the path.",
        "Status 404 or 405 with an error message of Dynatrace's API.",
        "Set Dynatrace__Environment to the environment's address alone; the app adds /api/v2/otlp/v1/traces. If there is a proxy, configure it to keep the path.", OtlpLink)
    { After = Resumes };

    public static readonly Cause AddressFormsMixed = new(
        "address-forms-mixed", "The address mixes the forms of Managed, ActiveGate and SaaS",
        "SaaS has the environment's id in the host's name, Managed and ActiveGate have it as /e/{id} in the path. Here it is in the wrong place, or missing.",
        "Status 404, and either the address has /e/{id} and an empty request without it gets another status, or the address lacks it and the host is not Dynatrace's.",
        "SaaS is https://{id}.live.dynatrace.com, Managed https://{domain}/e/{id}, an ActiveGate https://{activegate}:9999/e/{id}. Set Dynatrace__Environment to yours.", OtlpLink)
    { After = Resumes };

    public static readonly Cause TokenMissing = new(
        "token-missing", "The token does not reach Dynatrace",
        "The app sent a token, but Dynatrace received none: something on the way removes it.",
        "Status 401, and Dynatrace says that the authorization is missing.",
        "Configure the proxy or gateway between the app and Dynatrace to forward the header Authorization.", TokenLink)
    { After = Resumes };

    public static readonly Cause TokenExpired = new(
        "token-expired", "The Dynatrace token has expired",
        "Dynatrace knows the token, and its expiration date has passed.",
        "Status 401, and the token lookup's expirationDate is past.",
        "Create an access token with the scope openTelemetryTrace.ingest (and metrics.ingest with GenAi__Metrics) and " + NewVersion + " With Dynatrace__RotationTokenSecretUri the app replaces tokens before they expire.", TokenLink)
    { After = Resumes };

    public static readonly Cause TokenDisabled = new(
        "token-disabled", "The Dynatrace token is disabled",
        "The token was disabled in Dynatrace.",
        "Status 401, and the token lookup says that it is not enabled.",
        "Enable the token in Dynatrace (Access tokens), or create another one and " + NewVersion, TokenLink)
    { After = Resumes };

    public static readonly Cause TokenRevoked = new(
        "token-revoked", "The Dynatrace token was deleted, or belongs to another environment",
        "This environment does not know the token.",
        "Status 401, and the token lookup, called with the rotation token (Dynatrace__RotationTokenSecretUri), knows that token but not this one.",
        "Create an access token with the scope openTelemetryTrace.ingest (and metrics.ingest with GenAi__Metrics) in the environment that Dynatrace__Environment names, and " + NewVersion, TokenLink)
    { After = Resumes };

    public static readonly Cause TokenOfWrongScheme = new(
        "token-wrong-scheme", "The token is sent with the wrong scheme for its kind",
        "Access tokens (dt0c01) need Api-Token, platform tokens (dt0s16) need Bearer. The app chooses by the token's kind; something on the way changes it.",
        "Status 401, and Dynatrace names the scheme.",
        "Configure the proxy between the app and Dynatrace not to change the header Authorization.", TokenLink)
    { After = Resumes };

    public static readonly Cause TokenRefused = new(
        "token-refused", "Dynatrace refuses the token",
        "The token lookup does not explain it: it is unavailable, or finds nothing wrong.",
        "Status 401 or 403.",
        "Check in Dynatrace (Access tokens) that the token belongs to this environment, is enabled, has not expired and has the scope openTelemetryTrace.ingest; or create another one and " + NewVersion, TokenLink)
    { After = Resumes };

    public static readonly Cause ScopeMissing = new(
        "scope-missing", "The token lacks the scope for sending spans",
        "The token is valid, but does not have the scope openTelemetryTrace.ingest.",
        "Status 403, and the scopes that the token lookup returns.",
        "Create an access token with the scope openTelemetryTrace.ingest (and metrics.ingest with GenAi__Metrics) and " + NewVersion, TokenLink)
    { After = Resumes };

    public static readonly Cause TokenIsPersonal = new(
        "token-personal", "The token is a personal access token, which cannot send spans",
        "Personal access tokens cannot have ingest scopes.",
        "Status 401 or 403, and the token lookup says that it is personal.",
        "Create an access token (not a personal one) with the scope openTelemetryTrace.ingest (and metrics.ingest with GenAi__Metrics) and " + NewVersion, TokenLink)
    { After = Resumes };

    public static readonly Cause PolicyMissing = new(
        "policy-missing", "The platform token's user is not allowed to send spans",
        "A platform token has no more permissions than its user. The user lacks openpipeline:traces:ingest, or the token lacks that scope. An expired platform token also gets this status.",
        "Status 403 with a platform token (dt0s16), and neither Dynatrace's message nor the secret's expiry date says that it has expired.",
        "Give the user a policy with ALLOW openpipeline:traces:ingest (and openpipeline:metrics:ingest with GenAi__Metrics), and the token the same scopes; check that the token has not expired.",
        "https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/platform-tokens")
    { After = Resumes };

    public static readonly Cause PlatformTokenExpired = new(
        "platform-token-expired", "The platform token has expired",
        "Dynatrace answers 403 to an expired platform token, as it does when a permission is missing.",
        "Status 403 with a platform token (dt0s16), and Dynatrace says that it has expired or the expiry date of the secret's version is past.",
        "Create a platform token with the scope openpipeline:traces:ingest (and openpipeline:metrics:ingest with GenAi__Metrics) and " + NewVersion + " Set the expiry date of the version to the token's: the app warns 14 days before.",
        "https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/platform-tokens")
    { After = Resumes };

    public static readonly Cause VaultForbidden = new(
        "vault-forbidden", "Key Vault does not allow the app to read the token",
        "The app's identity has no permission to read the secret, or the vault's firewall blocks the app.",
        "Key Vault's 401 or 403.",
        "Give the app's identity the role Key Vault Secrets User on the vault, and allow the app in its firewall.", VaultLink)
    { After = Resumes };

    public static readonly Cause SecretMissing = new(
        "secret-missing", "Key Vault has no secret with this name",
        "The vault responds, but there is no such secret; it may have been deleted.",
        "Key Vault's 404.",
        "Store the token as the secret that Dynatrace__TokenSecretUri names, or correct that setting.", VaultLink)
    { After = Resumes };

    public static readonly Cause SecretDisabled = new(
        "secret-disabled", "The secret with the token is disabled in Key Vault",
        "No version of the secret is enabled.",
        "Key Vault's 403 with SecretDisabled.",
        "Enable the secret's version, or store the token as a new version.", VaultLink)
    { After = Resumes };

    public static readonly Cause SecretExpired = new(
        "secret-expired", "The secret with the token is past its expiry date",
        "Key Vault still returns it, but Dynatrace refuses the token in it.",
        "Status 401, and the expiry date of the secret's version.",
        "Create an access token with the scope openTelemetryTrace.ingest (and metrics.ingest with GenAi__Metrics) and " + NewVersion, TokenLink)
    { After = Resumes };

    public static readonly Cause TokenMalformed = new(
        "token-malformed", "The secret does not hold a Dynatrace token",
        "The value is cut short, altered or something else.",
        "The secret's value does not look like dt0c01.… or dt0s16.….",
        "Store the whole token, without quotes and without Api-Token in front, as a new version of the secret (Dynatrace__TokenSecretUri).", TokenLink)
    { After = Resumes };

    public static readonly Cause VaultUnavailable = new(
        "vault-unavailable", "Key Vault, or the login to Azure, is unavailable",
        "The app has had no token since it started, and cannot read one.",
        "No response, or a server error.",
        "Check that the app's identity exists (AZURE_CLIENT_ID) and that the app can reach the vault. An Azure outage needs no action.", VaultLink)
    { After = Resumes };

    public static readonly Cause NotDynatrace = new(
        "not-dynatrace", "Something other than Dynatrace responds",
        "The response is a web page, or a success that no OTLP endpoint returns: a proxy, a sign-in page or a firewall is in between.",
        "The response is a web page, or a success other than a 200 with an OTLP response.",
        "Allow the app through to the host of Dynatrace__Environment in the network, or correct that setting.", OtlpLink)
    { After = Resumes };

    public static readonly Cause Redirected = new(
        "redirected", "The address redirects requests",
        "The app does not follow redirects: it sends the token to the configured address only.",
        "A status from 300 to 399.",
        "Set Dynatrace__Environment to the redirect's target, if that is Dynatrace.", OtlpLink)
    { After = Resumes };

    public static readonly Cause ProxyRefused = new(
        "proxy-refused", "The proxy blocks the app",
        "A proxy on the way requires credentials, or forbids the connection.",
        "Status 407, or the proxy's refusal to open a tunnel.",
        "Allow requests to the host of Dynatrace__Environment on the proxy, or let the app bypass it (HTTPS_PROXY, NO_PROXY).")
    { After = Resumes };

    public static readonly Cause NotAcceptedHere = new(
        "not-accepted-here", "Dynatrace, or something in front of it, accepts no request of this app",
        "The status means that no other payload would be accepted either.",
        "A status such as 402, 410, 414, 421, 426, 431, 451, 501, 505 or 511.",
        "Read the response in the evidence. It says what is wrong with the account, the address or the network.", OtlpLink)
    { After = Resumes };

    public static readonly Cause DnsNameNotFound = new(
        "dns-name-not-found", "The host name does not exist",
        "DNS has no such name.",
        "The DNS response.",
        "Correct the host in Dynatrace__Environment. For a private ActiveGate, make the name resolvable in the app's network.")
    { After = Resumes };

    public static readonly Cause DnsUnavailable = new(
        "dns-unavailable", "DNS is unavailable",
        "The host name cannot be resolved at the moment.",
        "No DNS server responded.",
        "If it persists, check the DNS servers of the app's virtual network.")
    { After = Resumes };

    public static readonly Cause ConnectionRefused = new(
        "connection-refused", "The connection is refused",
        "The host is up, but nothing listens on the port.",
        "The connection was refused.",
        "Check host and port in Dynatrace__Environment, and that the ActiveGate is running.")
    { After = Resumes };

    public static readonly Cause ConnectionBroken = new(
        "connection-broken", "The connection breaks",
        "It could not be established, or ended before the response.",
        "The network's error.",
        "If it persists, check what is in between: firewall, virtual network, ActiveGate.")
    { After = Resumes };

    public static readonly Cause ResponseTimedOut = new(
        "response-timed-out", "Dynatrace does not respond in time",
        "The connection was established and the request sent, but no response came.",
        "How long the app waited.",
        "If it persists, check Dynatrace's status page and the network; on very slow networks raise Relay__AttemptTimeout.")
    { After = Resumes };

    public static readonly Cause ConnectTimedOut = new(
        "connect-timed-out", "The connection times out",
        "No connection to the host was established in time: usually a firewall drops the packets, or the address is wrong. Nothing was sent.",
        "How long the app waited for the connection.",
        "Check host and port in Dynatrace__Environment, and allow outbound connections from the app's network to them.")
    { After = Resumes };

    public static readonly Cause CertificateExpired = new(
        "certificate-expired", "The server's certificate has expired",
        "The certificate is not valid today.",
        "The certificate's dates.",
        "Renew the certificate on the ActiveGate.")
    { After = Resumes };

    public static readonly Cause CertificateSelfSigned = new(
        "certificate-self-signed", "The server's certificate is self-signed",
        "It is not signed by an authority that the app trusts.",
        "The certificate is its own issuer.",
        "If it is the ActiveGate's, add it to Dynatrace__CaCertificates.")
    { After = Resumes };

    public static readonly Cause CertificateOfUnknownAuthority = new(
        "certificate-unknown-authority", "The server's certificate is not signed by a trusted authority",
        "A private authority issued it, or the server does not send the intermediate certificates.",
        "The certificate's issuer.",
        "If the authority is yours, add its certificate to Dynatrace__CaCertificates.")
    { After = Resumes };

    public static readonly Cause CertificateForAnotherName = new(
        "certificate-wrong-name", "The server's certificate is for another name",
        "The host presents a certificate that does not contain its name.",
        "The names in the certificate.",
        "Use a name from the certificate in Dynatrace__Environment, or have a certificate issued for this name.")
    { After = Resumes };

    public static readonly Cause TlsFailed = new(
        "tls-failed", "The TLS handshake fails",
        "The reason is not the certificate's dates, name or issuer.",
        "The handshake's error.",
        "Check that a server with TLS 1.2 or newer listens on the port in Dynatrace__Environment.")
    { After = Resumes };

    public static readonly Cause Throttled = new(
        "throttled", "Dynatrace throttles requests",
        "The environment's ingest queue is full.",
        "Status 429.",
        "If it persists, have the limit raised in Dynatrace or send less (sampling in the gateway).", OtlpLink)
    { After = Resumes };

    public static readonly Cause ServerError = new(
        "server-error", "Dynatrace returns a server error",
        "The environment, or something in front of it, fails.",
        "Status 408 or from 500 to 599.",
        "If it persists, check Dynatrace's status page.", OtlpLink)
    { After = Resumes };

    public static readonly Cause JsonSent = new(
        "not-protobuf", "Dynatrace says that the request is not protobuf",
        "The app sends protobuf only; something on the way changes the content type.",
        "Status 415.",
        "Configure the proxy between the app and Dynatrace not to change Content-Type and Content-Encoding.", OtlpLink)
    { After = Replay };

    public static readonly Cause TooLarge = new(
        "too-large", "A single span is larger than Dynatrace accepts",
        "Requests are split until each holds one span, and this one is still too large.",
        "Status 413 for one span, or a span of over 8,000,000 bytes, which is not sent.",
        "Shorten the span's values in the sender, or truncate or drop them in the redaction policy (Redaction__Policy).", OtlpLink)
    { After = Replay };

    public static readonly Cause MalformedForDynatrace = new(
        "rejected", "Dynatrace rejects this span",
        "It was sent alone and rejected; its neighbors were delivered.",
        "Status 400, or another status about the payload, with Dynatrace's message.",
        "Read Dynatrace's message in the evidence and the span (spanrelay dead-letters show). Drop what Dynatrace does not accept in the redaction policy, or fix the sender.", OtlpLink)
    { After = Replay };

    public static readonly Cause PartialSuccess = new(
        "partial-success", "Dynatrace accepted a request in part",
        "It rejected some of the spans and does not say which. All spans of the request are dead-lettered; most were delivered as well.",
        "Status 200 with rejected spans, and Dynatrace's message.",
        "Read Dynatrace's message in the evidence and fix the sender. Replay sends such a dead letter only when you name its id, since most of it was delivered.", OtlpLink);

    public static readonly Cause SpansTooOld = new(
        "spans-too-old", "The spans arrived too late",
        "They were already older than Dynatrace accepts when they reached the app. Dynatrace would silently drop them after a 200.",
        "The spans' ends, and the limit (Relay__MaxSpanAge).",
        "Find out where they waited: in the sender's retries, or in the Event Hub while the app was down.", OtlpLink)
    { After = SendElsewhere };

    public static readonly Cause SpansInFuture = new(
        "spans-in-future", "The spans end in the future",
        "The sender's clock is ahead. Dynatrace would silently drop them after a 200.",
        "How far ahead they end.",
        "Set the sender's clock (NTP). Once their time has come, spanrelay dead-letters replay sends them.", OtlpLink);

    public static readonly Cause SpansWithoutEnd = new(
        "spans-without-end", "The spans have no end",
        "Dynatrace would read that as 1970, and silently drop them after a 200.",
        "The spans' end times are 0.",
        "Configure the sender to export spans only after they end.", WireLink);

    public static readonly Cause Unrecorded = new(
        "unrecorded", "A message of the dead-letter queue could not be processed",
        "A message that is not a dead letter is quarantined. Any other was tried five times and is in the queue dead-letters-poison; the payload of its dead letter is still stored, and can be replayed.",
        "Why the last attempt failed.",
        "If the message is not SpanRelay's, stop its sender from writing to the queue dead-letters. If the storage account failed, run \"spanrelay dead-letters list\": it also shows dead letters without a record.");

    public static readonly Cause Unknown = new(
        "unknown", "The cause is unknown",
        "None of the known causes fits.",
        "Everything that was observed.",
        "Read the evidence. The response's message is the best hint.")
    { After = Resumes };

    /// <summary>In the order of docs/troubleshooting.md.</summary>
    public static IReadOnlyList<(string Title, IReadOnlyList<Cause> Causes)> Groups => field ??=
    [
        ("The address", [WebAddress, EnvironmentUnknown, PathWrong, AddressFormsMixed, NotDynatrace, Redirected, ProxyRefused, NotAcceptedHere]),
        ("The token", [TokenMissing, TokenExpired, TokenDisabled, TokenRevoked, TokenOfWrongScheme, ScopeMissing, TokenIsPersonal, PolicyMissing, PlatformTokenExpired, TokenRefused]),
        ("Key Vault", [VaultForbidden, SecretMissing, SecretDisabled, SecretExpired, TokenMalformed, VaultUnavailable]),
        ("The network", [DnsNameNotFound, DnsUnavailable, ConnectionRefused, ConnectTimedOut, ConnectionBroken, ResponseTimedOut, CertificateExpired, CertificateSelfSigned, CertificateOfUnknownAuthority, CertificateForAnotherName, TlsFailed]),
        ("Dynatrace", [Throttled, ServerError, JsonSent, TooLarge, MalformedForDynatrace, PartialSuccess]),
        ("The spans' times", [SpansTooOld, SpansInFuture, SpansWithoutEnd, TimesInMilliseconds, TimesInMicroseconds, TimesInSeconds, TimesInTicks]),
        ("Trace exports that cannot be read", [BrokenGzip, BrokenCompression, GzipBomb, TooLargeForMemory, TooSlow, CutOff, SpansNotFound, TwoListsOfSpans, SpanWithoutIds, SpanTooLargeForEvent, IdNotHex, NestedTooDeep, TooManyLayers, GrpcFramed, CloudEvent, EmptyEvent]),
        ("Other telemetry", [OtherSignal, Zipkin, Jaeger, Datadog, ConsoleExporter, ApplicationInsights, AzureDiagnosticRecords, Prometheus, Statsd, Fluentd, Syslog, PlainLogs, ModelLog]),
        ("Events that are something else", [OtherJson, JsonValue, HtmlPage, Xml, Form, Csv, PlainText, AvroCapture, Parquet, Archive, Snappy, Lz, ZeroBytes, RandomBytes, OtherBinary]),
        ("Anything else", [Unrecorded, Unknown]),
    ];
}
