using SpanRelay.DeadLetters;

namespace SpanRelay.Diagnosis;

/// <summary>All causes that are told apart. docs/troubleshooting.md is made of it.</summary>
public static class CauseCatalog
{
    private const string Replay = "Then run \"spanrelay dead-letters replay\" for what can still be sent.";
    private const string ComesAgain = "Nothing else is needed: held spans are sent as soon as one request passes.";

    /// <summary>In place of <see cref="ComesAgain"/>, for spans that got too old while they were held.</summary>
    internal const string SendElsewhere = "These spans are too old for Dynatrace by now: to keep them, send them elsewhere with \"spanrelay dead-letters replay --to {endpoint}\".";

    private const string NewVersion = "store it as a new version of the Key Vault secret (Dynatrace__TokenSecretUri).";
    private const string OtlpLink = "https://docs.dynatrace.com/docs/ingest-from/opentelemetry/otlp-api";
    private const string TokenLink = "https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/access-tokens";
    private const string VaultLink = "https://learn.microsoft.com/azure/key-vault/general/rbac-guide";
    private const string WireLink = "https://opentelemetry.io/docs/specs/otlp/";

    public static readonly Cause WebAddress = new(
        "web-address", "Spans are sent to Dynatrace's web address",
        "The address belongs to the web interface, which takes no spans.",
        "Status 404, and .apps. in the host's name or Dynatrace's web page as the answer.",
        "Set Dynatrace__Environment to the environment's id, or to its address, with .live. where it says .apps. now.", OtlpLink, ComesAgain);

    public static readonly Cause EnvironmentUnknown = new(
        "environment-unknown", "There is no such Dynatrace environment",
        "The host answers, but knows no environment by this id.",
        "Status 404 without a word of Dynatrace's API.",
        "Compare the id in Dynatrace__Environment with the one in the address of Dynatrace's web interface.", OtlpLink, ComesAgain);

    public static readonly Cause PathWrong = new(
        "path-wrong", "The address does not end in Dynatrace's OTLP path",
        "Dynatrace answers, but takes no traces at this path. Something in front of it may change the path.",
        "Status 404 or 405 with an error message of Dynatrace's API.",
        "Set Dynatrace__Environment to the environment's address alone; the app adds /api/v2/otlp/v1/traces. Behind a proxy, have it keep the path.", OtlpLink, ComesAgain);

    public static readonly Cause AddressFormsMixed = new(
        "address-forms-mixed", "The address mixes the forms of Managed, ActiveGate and SaaS",
        "SaaS has the environment's id in the host's name, Managed and ActiveGate have it as /e/{id} in the path. Here it is in the wrong place, or missing.",
        "Status 404, and either /e/{id} is in the address and an empty request without it is answered otherwise, or it is not there and the host is none of Dynatrace's.",
        "SaaS is https://{id}.live.dynatrace.com, Managed https://{domain}/e/{id}, an ActiveGate https://{activegate}:9999/e/{id}. Set Dynatrace__Environment to the one that is yours.", OtlpLink, ComesAgain);

    public static readonly Cause TokenMissing = new(
        "token-missing", "The token does not reach Dynatrace",
        "The app sent a token, and Dynatrace saw none: something on the way takes it off.",
        "Status 401, and Dynatrace says that the authorization is missing.",
        "Have the proxy or gateway between the app and Dynatrace pass the header Authorization on.", TokenLink, ComesAgain);

    public static readonly Cause TokenExpired = new(
        "token-expired", "The Dynatrace token has expired",
        "Dynatrace knows the token, and its time is over.",
        "Status 401, and the token lookup's expirationDate is past.",
        "Create an access token with the scope openTelemetryTrace.ingest and " + NewVersion + " With Dynatrace__RotationTokenSecretUri it is replaced by itself.", TokenLink, ComesAgain);

    public static readonly Cause TokenDisabled = new(
        "token-disabled", "The Dynatrace token is disabled",
        "Somebody switched the token off in Dynatrace.",
        "Status 401, and the token lookup says that it is not enabled.",
        "Enable the token in Dynatrace (Access tokens), or create another and " + NewVersion, TokenLink, ComesAgain);

    public static readonly Cause TokenRevoked = new(
        "token-revoked", "The Dynatrace token was deleted, or is of another environment",
        "This environment does not know the token.",
        "Status 401, and the token lookup, asked with the token that rotates (Dynatrace__RotationTokenSecretUri), knows that one and not this one.",
        "Create an access token with the scope openTelemetryTrace.ingest in the environment that Dynatrace__Environment names, and " + NewVersion, TokenLink, ComesAgain);

    public static readonly Cause TokenOfWrongScheme = new(
        "token-wrong-scheme", "The token is sent with the wrong scheme for its kind",
        "Access tokens (dt0c01) go with Api-Token, platform tokens (dt0s16) with Bearer. The app chooses by the token's kind; something on the way changes it.",
        "Status 401, and Dynatrace names the scheme.",
        "Have the proxy between the app and Dynatrace leave the header Authorization as it is.", TokenLink, ComesAgain);

    public static readonly Cause TokenRefused = new(
        "token-refused", "Dynatrace refuses the token",
        "The token lookup does not say why: it is not available, or finds nothing wrong.",
        "Status 401 or 403.",
        "Check in Dynatrace (Access tokens) that the token is of this environment, enabled, not expired and has the scope openTelemetryTrace.ingest; or create another and " + NewVersion, TokenLink, ComesAgain);

    public static readonly Cause ScopeMissing = new(
        "scope-missing", "The token may not send spans",
        "The token is valid and lacks the scope openTelemetryTrace.ingest.",
        "Status 403, and the scopes that the token lookup names.",
        "Create an access token with the scope openTelemetryTrace.ingest and " + NewVersion, TokenLink, ComesAgain);

    public static readonly Cause TokenIsPersonal = new(
        "token-personal", "The token is a personal access token, which cannot send spans",
        "Personal access tokens cannot have scopes for ingest.",
        "Status 401 or 403, and the token lookup calls it personal.",
        "Create an access token (not a personal one) with the scope openTelemetryTrace.ingest and " + NewVersion, TokenLink, ComesAgain);

    public static readonly Cause PolicyMissing = new(
        "policy-missing", "The platform token's user may not send spans",
        "A platform token has no more rights than its user. The user lacks the permission openpipeline:traces:ingest, or the token its scope.",
        "Status 403 with a platform token (dt0s16).",
        "Give the user a policy with ALLOW openpipeline:traces:ingest, and the token that scope.",
        "https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/platform-tokens", ComesAgain);

    public static readonly Cause VaultForbidden = new(
        "vault-forbidden", "Key Vault does not let the app read the token",
        "The app's identity has no right to read the secret, or the vault's firewall keeps it out.",
        "Key Vault's 401 or 403.",
        "Give the app's identity the role Key Vault Secrets User on the vault, and let the app through its firewall.", VaultLink, ComesAgain);

    public static readonly Cause SecretMissing = new(
        "secret-missing", "Key Vault has no secret by this name",
        "The vault answers, and there is no such secret; it may have been deleted.",
        "Key Vault's 404.",
        "Store the token as the secret that Dynatrace__TokenSecretUri names, or set that to the right one.", VaultLink, ComesAgain);

    public static readonly Cause SecretDisabled = new(
        "secret-disabled", "The secret with the token is disabled in Key Vault",
        "No version of the secret is enabled.",
        "Key Vault's 403 with SecretDisabled.",
        "Enable the secret's version, or store the token as a new one.", VaultLink, ComesAgain);

    public static readonly Cause SecretExpired = new(
        "secret-expired", "The secret with the token is past its expiry date",
        "Key Vault goes on giving it, but the token in it is refused, as its date foretold.",
        "Status 401, and the expiry date of the secret's version.",
        "Create an access token with the scope openTelemetryTrace.ingest and " + NewVersion, TokenLink, ComesAgain);

    public static readonly Cause TokenMalformed = new(
        "token-malformed", "The secret holds no Dynatrace token",
        "What is stored is cut short, altered or something else.",
        "The secret's value does not look like dt0c01.… or dt0s16.….",
        "Store the whole token, without quotes and without Api-Token in front, as a new version of the secret (Dynatrace__TokenSecretUri).", TokenLink, ComesAgain);

    public static readonly Cause VaultUnavailable = new(
        "vault-silent", "Key Vault, or the login to Azure, does not answer",
        "The app has had no token since it was started, and cannot read one.",
        "No answer, or one that says that the service has trouble.",
        "Look whether the app's identity exists (AZURE_CLIENT_ID) and reaches the vault. If Azure has trouble, it passes by itself.", VaultLink, ComesAgain);

    public static readonly Cause NotDynatrace = new(
        "not-dynatrace", "Something else than Dynatrace answers",
        "A web page came back, or a success that no OTLP endpoint gives: a proxy, a sign-in page or a firewall stands in between.",
        "The answer is a page, or a success other than a 200 with an OTLP answer.",
        "Have the network let the app through to the host of Dynatrace__Environment, or correct that setting.", OtlpLink, ComesAgain);

    public static readonly Cause Redirected = new(
        "redirected", "The address sends requests elsewhere",
        "The answer is a redirect. The app does not follow it: the token goes to the configured address only.",
        "A status from 300 to 399.",
        "Set Dynatrace__Environment to the address at the end, if it is Dynatrace's.", OtlpLink, ComesAgain);

    public static readonly Cause ProxyRefused = new(
        "proxy-refused", "The proxy does not let the app through",
        "A proxy on the way wants credentials, or forbids the connection.",
        "Status 407, or the proxy's refusal of the tunnel.",
        "Allow the app's requests to the host of Dynatrace__Environment on the proxy, or take the app off it (HTTPS_PROXY, NO_PROXY).", After: ComesAgain);

    public static readonly Cause Unmendable = new(
        "not-accepted-here", "Dynatrace, or what stands before it, takes no request like this",
        "The status says that no other payload would be taken either.",
        "A status such as 402, 410, 414, 421, 426, 431, 451, 501, 505 or 511.",
        "Read the answer in the evidence. It names what is wrong with the account, the address or the way.", OtlpLink, ComesAgain);

    public static readonly Cause DnsNameNotFound = new(
        "name-not-found", "The host's name does not exist",
        "The name server knows no such host.",
        "The name lookup's answer.",
        "Correct the host in Dynatrace__Environment; for a private ActiveGate, let the app's network resolve it.", After: ComesAgain);

    public static readonly Cause DnsUnavailable = new(
        "name-server-silent", "No name server answers",
        "The host's address cannot be looked up at the moment.",
        "The name lookup was not answered.",
        "If it lasts, check the DNS servers of the app's virtual network.", After: ComesAgain);

    public static readonly Cause ConnectionRefused = new(
        "connection-refused", "Nobody listens at the address",
        "The host is there and refuses the connection.",
        "The connection was refused.",
        "Check host and port in Dynatrace__Environment, and whether the ActiveGate runs.", After: ComesAgain);

    public static readonly Cause ConnectionBroken = new(
        "connection-broken", "The connection breaks off",
        "It could not be made, or ended before the answer.",
        "What the network said.",
        "If it lasts, look at what lies between: firewall, virtual network, ActiveGate.", After: ComesAgain);

    public static readonly Cause NoAnswer = new(
        "no-answer", "Dynatrace does not answer in time",
        "The request was sent, and no answer came.",
        "The time that was waited.",
        "If it lasts, look at Dynatrace's status page and at the network; over very slow lines raise Relay__AttemptTimeout.", After: ComesAgain);

    public static readonly Cause CertificateExpired = new(
        "certificate-expired", "The server's certificate has expired",
        "Its dates do not hold today.",
        "The certificate's dates.",
        "Renew the certificate on the ActiveGate.", After: ComesAgain);

    public static readonly Cause CertificateSelfSigned = new(
        "certificate-self-signed", "The server's certificate is self-signed",
        "Nobody vouches for it that the app trusts.",
        "The certificate's issuer is itself.",
        "If it is the ActiveGate's, put it into Dynatrace__CaCertificates.", After: ComesAgain);

    public static readonly Cause CertificateOfUnknownAuthority = new(
        "certificate-unknown-authority", "The server's certificate is of an authority that the app does not trust",
        "It was issued by a private authority, or the server does not send the certificates in between.",
        "The certificate's issuer.",
        "If the authority is yours, put its certificate into Dynatrace__CaCertificates.", After: ComesAgain);

    public static readonly Cause CertificateForAnotherName = new(
        "certificate-wrong-name", "The server's certificate is for another name",
        "The host answers with a certificate that does not hold its name.",
        "The names in the certificate.",
        "Use a name that the certificate holds in Dynatrace__Environment, or have one issued for this name.", After: ComesAgain);

    public static readonly Cause TlsFailed = new(
        "tls-failed", "No secure connection comes about",
        "The handshake fails for another reason than the certificate's dates, name or issuer.",
        "What the handshake said.",
        "Check that TLS 1.2 or newer listens at the port in Dynatrace__Environment.", After: ComesAgain);

    public static readonly Cause Throttled = new(
        "throttled", "Dynatrace takes no more at the moment",
        "The environment's ingest is full.",
        "Status 429.",
        "If it lasts, have the limit raised in Dynatrace or send less (sampling in the gateway).", OtlpLink, ComesAgain);

    public static readonly Cause ServerError = new(
        "server-error", "Dynatrace has trouble",
        "The environment, or what stands before it, answers with a server error.",
        "Status 408 or from 500 to 599.",
        "If it lasts, look at Dynatrace's status page.", OtlpLink, ComesAgain);

    public static readonly Cause JsonSent = new(
        "not-protobuf", "Dynatrace says that the request is not protobuf",
        "The app sends protobuf only; something on the way changes the content type.",
        "Status 415.",
        "Have the proxy between the app and Dynatrace leave Content-Type and Content-Encoding as they are.", OtlpLink, Replay);

    public static readonly Cause TooLarge = new(
        "too-large", "A single span is larger than Dynatrace takes",
        "Requests are split until each holds one span, and this one is still too large.",
        "Status 413 for one span, or a span of over 8,000,000 bytes, which is not sent.",
        "Have the sender cut its values, or cut or drop them here: truncate and drop in the redaction policy (Redaction__Policy).", OtlpLink, Replay);

    public static readonly Cause MalformedForDynatrace = new(
        "rejected", "Dynatrace rejects this span",
        "It was sent alone and refused; its neighbours were delivered.",
        "Status 400 or another that speaks of the payload, with Dynatrace's message.",
        "Read Dynatrace's message in the evidence and the span (spanrelay dead-letters show). Drop what it does not take in the redaction policy, or mend the sender.", OtlpLink, Replay);

    public static readonly Cause PartialSuccess = new(
        "partial-success", "Dynatrace took a request and refused some of its spans",
        "It does not say which. All spans that the request held are in dead letters, most of them delivered as well.",
        "Status 200 with rejected spans, and Dynatrace's message.",
        "Read Dynatrace's message in the evidence and mend the sender. Replay sends such a letter only when it is named by its id, since most of it arrived.", OtlpLink);

    public static readonly Cause SpansTooOld = new(
        "spans-too-old", "The spans came too late",
        "They ended longer ago than Dynatrace takes spans, before they reached the app. Dynatrace would drop them after a 200, without a word.",
        "The spans' ends, and the limit (Relay__MaxSpanAge).",
        "Look where they waited: the sender's retries, or the Event Hub while the app was down.", OtlpLink, SendElsewhere);

    public static readonly Cause SpansInFuture = new(
        "spans-in-future", "The spans end in the future",
        "The sender's clock is ahead. Dynatrace would drop them after a 200, without a word.",
        "How far ahead they end.",
        "Set the sender's clock (NTP). Once their time has come, spanrelay dead-letters replay sends them.", OtlpLink);

    public static readonly Cause SpansWithoutEnd = new(
        "spans-without-end", "The spans have no end",
        "Dynatrace would take them for spans of 1970 and drop them after a 200, without a word.",
        "The spans' end times are 0.",
        "Have the sender export spans only when they have ended.", WireLink);

    public static readonly Cause BrokenGzip = new(
        "broken-gzip", "An event is a gzip stream that was cut off or altered",
        "It does not inflate to its end.",
        "It starts as gzip; its checksum or length does not fit.",
        "Look at what cut it: an Event Hub takes at most 1 MB an event. Lower the gateway's batch size.");

    public static readonly Cause GzipBomb = new(
        "gzip-bomb", "An event inflates beyond all measure",
        "It was given up at 64 MiB.",
        "It is gzip, and small for what it inflates to.",
        "Find out who sent it. Only the gateway should be able to send to this Event Hub.");

    public static readonly Cause AzureDiagnosticRecords = new(
        "azure-diagnostics", "The event holds Azure diagnostic records, not spans",
        "A diagnostic setting exports to this Event Hub.",
        "JSON with an array \"records\".",
        "Point the diagnostic setting at another Event Hub: this one is for spans.",
        "https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings");

    public static readonly Cause AvroCapture = new(
        "avro-capture", "The event is an Avro file, as Event Hubs Capture writes them",
        "Captured files were sent back into the Event Hub.",
        "It starts with Obj and the byte 1.",
        "Send the bodies in the file, not the file.",
        "https://learn.microsoft.com/azure/event-hubs/event-hubs-capture-overview");

    public static readonly Cause OtherSignal = new(
        "not-traces", "The event holds OpenTelemetry logs or metrics, not traces",
        "The sender exports more than traces to this address.",
        "resourceLogs or resourceMetrics in place of resourceSpans; in protobuf, log records or metrics where spans would be.",
        "Have the sender export traces only to this Event Hub.", WireLink);

    public static readonly Cause PlainLogs = new(
        "plain-logs", "The event holds log lines, not spans",
        "It is JSON as loggers write it.",
        "JSON with members such as message, level, timestamp.",
        "Send logs elsewhere: this Event Hub is for spans.");

    public static readonly Cause OtherJson = new(
        "other-json", "The event is JSON, but not OTLP",
        "It is not valid, or has no resourceSpans.",
        "It starts with a brace or a bracket.",
        "Have the sender export OTLP: in the gateway, HTTP with the encoding Proto or Json.", WireLink);

    public static readonly Cause GrpcFramed = new(
        "grpc-framed", "The event is a gRPC message",
        "Five bytes of gRPC's framing stand before the export.",
        "A byte 0 or 1, and a length that is that of the rest.",
        "Set the sender to OTLP over HTTP, not gRPC.", WireLink);

    public static readonly Cause PlainText = new(
        "text", "The event is text",
        "Something other than an OTLP exporter sends to this Event Hub.",
        "It is readable text, and no JSON.",
        "Find out who sends it. Only the gateway should be able to send to this Event Hub.");

    public static readonly Cause EmptyEvent = new(
        "empty-event", "The event has no body",
        "There is nothing in it.",
        "No bytes, or none after inflating.",
        "Nothing is lost. If there are many, look at the sender.");

    public static readonly Cause NestedTooDeep = new(
        "nested-too-deep", "The event nests deeper than receivers read",
        "More than 100 messages stand in one another.",
        "The depth at which reading was given up.",
        "Have the sender flatten its attributes.");

    public static readonly Cause SpanWithoutIds = new(
        "span-without-ids", "A span has no trace id or span id",
        "The event looks like a trace export, and one of its spans cannot be one.",
        "An id that is missing or not 16 and 8 bytes long.",
        "Mend the sender: it makes spans by hand, or is no OpenTelemetry SDK.", WireLink);

    public static readonly Cause OtherBinary = new(
        "other-binary", "The event is nothing that is known here",
        "It is neither OTLP nor any of the things that are often sent by mistake.",
        "Its first bytes, and why it cannot be read.",
        "Find out who sends it, and have it export OTLP over HTTP.", WireLink);

    public static readonly Cause Unrecorded = new(
        "unrecorded", "A message of the dead-letter queue could not be handled",
        "It was tried five times and is in the queue dead-letters-poison. If it was about a dead letter, the payload is still there, and can be replayed.",
        "Why the last attempt failed.",
        "If the message is not SpanRelay's, keep its sender off the queue dead-letters. If the storage account had trouble, run \"spanrelay dead-letters list\": what has no record yet stands there too.");

    public static readonly Cause Unknown = new(
        "unknown", "The cause is not known",
        "None of the known causes fits.",
        "All that was seen.",
        "Read the evidence. The answer's own words are the best hint.", After: ComesAgain);

    /// <summary>In the order of docs/troubleshooting.md.</summary>
    public static IReadOnlyList<CauseGroup> Groups { get; } =
    [
        new("The address", [WebAddress, EnvironmentUnknown, PathWrong, AddressFormsMixed, NotDynatrace, Redirected, ProxyRefused, Unmendable]),
        new("The token", [TokenMissing, TokenExpired, TokenDisabled, TokenRevoked, TokenOfWrongScheme, ScopeMissing, TokenIsPersonal, PolicyMissing, TokenRefused]),
        new("Key Vault", [VaultForbidden, SecretMissing, SecretDisabled, SecretExpired, TokenMalformed, VaultUnavailable]),
        new("The network", [DnsNameNotFound, DnsUnavailable, ConnectionRefused, ConnectionBroken, NoAnswer, CertificateExpired, CertificateSelfSigned, CertificateOfUnknownAuthority, CertificateForAnotherName, TlsFailed]),
        new("Dynatrace", [Throttled, ServerError, JsonSent, TooLarge, MalformedForDynatrace, PartialSuccess]),
        new("The spans' times", [SpansTooOld, SpansInFuture, SpansWithoutEnd]),
        new("Events that cannot be read", [BrokenGzip, GzipBomb, AzureDiagnosticRecords, AvroCapture, OtherSignal, PlainLogs, OtherJson, GrpcFramed, PlainText, EmptyEvent, NestedTooDeep, SpanWithoutIds, OtherBinary]),
        new("Anything else", [Unrecorded, Unknown]),
    ];
}
