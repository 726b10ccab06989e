using Microsoft.AspNetCore.Http;
using SpanRelay.Doctor;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Fakes.KeyVault;
using SpanRelay.Local.Faults;

namespace SpanRelay.Tests.Doctor;

/// <summary>The table of docs/doctor.md.</summary>
internal static class BrokenSetups
{
    private const string JsonError = """{"error":{"code":0,"message":"Not like this"}}""";
    private const string DynatracePage = "<!DOCTYPE html><html><head><title>Dynatrace</title></head><body>Page not found</body></html>";
    private const string EmptyPage = "<!DOCTYPE html><html><body><h1>Not Found</h1></body></html>";
    private const string SignInPage = "<!DOCTYPE html><html><body><h1>Please sign in to the network</h1></body></html>";
    private const CheckMark Failure = CheckMark.Failure;
    private const CheckMark Warning = CheckMark.Warning;

    public static IReadOnlyList<BrokenSetup> All { get; } =
    [
        .. Settings, .. Network, .. Answers, .. Tokens, .. Vault, .. Metrics, .. Hub, .. Storage,
    ];

    private static IEnumerable<BrokenSetup> Settings =>
    [
        Set("Dynatrace__Environment is missing", "Dynatrace__Environment", null),
        Set("Dynatrace__Environment is a token", "Dynatrace__Environment", Some.Token),
        Set("Dynatrace__Environment is an http address", "Dynatrace__Environment", "http://dynatrace.example.com"),
        Set("Neither a token nor its secret is set", "Dynatrace__TokenSecretUri", null),
        new("The token is cut short", "settings", Failure, null, world => (world.Settings["Dynatrace__TokenSecretUri"], world.Settings["Dynatrace__RotationTokenSecretUri"], world.Settings["Dynatrace__ApiToken"]) = (null, null, "dt0c01.ABC")),
        new("A token and its secret are both set", "settings", Failure, null, world => world.Settings["Dynatrace__ApiToken"] = Some.Token),
        Set("A setting's name is misspelt", "Relay__MaxRequestByte", "1000000"),
        Set("A duration is a bare number", "Relay__RetryBudget", "45"),
        Set("The redaction policy's file does not exist", "Redaction__Policy", "/no/such/policy.json"),
        Set("The file of CA certificates does not exist", "Dynatrace__CaCertificates", "/no/such/authority.pem"),
        Set("AzureWebJobsStorage is no connection string", "AzureWebJobsStorage", "nonsense"),
        Set("EVENTHUB is no connection string", "EVENTHUB", "nonsense"),
        Set("EVENTHUB_NAME is missing", "EVENTHUB_NAME", null, "event hub"),
        new("The app in Azure has no connection string for Application Insights", "application insights", Warning, null, world => world.Settings["WEBSITE_SITE_NAME"] = "func-app"),
        new("The connection string for Application Insights is something else", "application insights", Warning, null, world => world.Settings["APPLICATIONINSIGHTS_CONNECTION_STRING"] = "nonsense"),
        new("The endpoint of Application Insights does not resolve", "application insights", Warning, null, world => world.Settings["APPLICATIONINSIGHTS_CONNECTION_STRING"] = "InstrumentationKey=0;IngestionEndpoint=https://insights.invalid/"),
    ];

    private static IEnumerable<BrokenSetup> Network =>
    [
        Server("The host's name does not exist", "network", "dns-name-not-found", FaultyServer.WithoutName),
        Server("The connection is refused", "network", "connection-refused", FaultyServer.Absent),
        Server("The server's certificate has expired", "TLS", "certificate-expired", FaultyServer.WithExpiredCertificate),
        new("The server's certificate expires within days", "TLS", Warning, "certificate-expired", world => world.SecureAsync(TimeSpan.FromDays(5))),
        Server("The server's certificate is self-signed", "TLS", "certificate-self-signed", FaultyServer.WithSelfSignedCertificate),
        Server("The server's certificate is of an unknown authority", "TLS", "certificate-unknown-authority", FaultyServer.WithCertificateOfUnknownAuthority),
        Server("The server's certificate is for another name", "TLS", "certificate-wrong-name", FaultyServer.WithCertificateForAnotherName),
        Server("The server does not speak TLS", "TLS", "tls-failed", FaultyServer.WithoutTls),
        new("The connection breaks", "network", Failure, "connection-broken", world => world.Dynatrace.FailNext(int.MaxValue, new Fault { Abort = FaultAbort.BeforeAccepting })),
        new("The server does not respond", "network", Failure, "response-timed-out", world => world.Dynatrace.FailNext(int.MaxValue, new Fault { Status = 200, Delay = TimeSpan.FromMinutes(5) })),
        new("The clock is two minutes ahead", "clock", Warning, null, world => world.Ahead = TimeSpan.FromMinutes(2)),
        new("The clock is an hour ahead", "clock", Failure, "spans-too-old", world => world.Ahead = TimeSpan.FromMinutes(60)),
        new("The clock is ten minutes behind", "clock", Failure, "spans-in-future", world => world.Ahead = -TimeSpan.FromMinutes(10)),
        new("The clock is two minutes behind", "clock", Failure, "spans-too-old", world => world.Ahead = -TimeSpan.FromMinutes(2)),
    ];

    private static IEnumerable<BrokenSetup> Answers =>
    [
        Answer("The address is Dynatrace's web interface", "web-address", new Fault { Status = 404, ContentType = "text/html", Body = DynatracePage }),
        Answer("The environment's id does not exist", "environment-unknown", new Fault { Status = 404, ContentType = "text/html", Body = EmptyPage }),
        Answer("A proxy changes the path", "path-wrong", new Fault { Status = 404, Body = JsonError }),
        Server("The address has the /e/{id} of Managed, and is none", "empty export", "address-forms-mixed", FaultyServer.WithoutEnvironments),
        Answer("A sign-in page answers", "not-dynatrace", new Fault { Status = 200, ContentType = "text/html", Body = SignInPage }),
        Answer("The address redirects", "redirected", new Fault { Status = 307, Headers = new Dictionary<string, string> { ["Location"] = "https://example.org/" } }),
        Answer("A proxy requires credentials", "proxy-refused", new Fault { Status = 407 }),
        Answer("Dynatrace accepts nothing from this account", "not-accepted-here", new Fault { Status = 402, Body = JsonError }),
        Answer("A proxy changes the content type", "not-protobuf", new Fault { Status = 415, Body = JsonError }),
        Answer("A proxy accepts only tiny requests", "too-large", new Fault { Status = 413 }),
        Answer("Dynatrace is down", "server-error", new Fault { Status = 503 }),
        Answer("Dynatrace throttles", "throttled", new Fault { Status = 429 }, Warning),
        Answer("Dynatrace answers with a partial success", "partial-success", new Fault { RejectedSpans = 1, ErrorMessage = "limit" }, Warning),
    ];

    private static IEnumerable<BrokenSetup> Tokens =>
    [
        Answer("A proxy removes the token", "token-missing", new Fault { Status = 401, Body = """{"error":{"code":401,"message":"Missing authorization parameter."}}""" }),
        Answer("A proxy changes the token's scheme", "token-wrong-scheme", new Fault { Status = 401, Body = """{"error":{"code":401,"message":"Unsupported authorization scheme 'Basic'."}}""" }),
        Answer("Dynatrace refuses the token without a reason", "token-refused", new Fault { Status = 401, Body = """{"error":{"code":401,"message":"Token Authentication failed"}}""" }),
        new("The token has expired", "empty export", Failure, "token-expired", world => world.Dynatrace.AddToken(world.Token, world.Now.AddMinutes(-1))),
        new("The token is disabled", "empty export", Failure, "token-disabled", world => world.Dynatrace.EnableToken(world.Token, enabled: false)),
        new("The token was deleted", "empty export", Failure, "token-revoked", world => world.Dynatrace.RevokeToken(world.Token)),
        new("The token lacks its scope", "token scopes", Failure, "scope-missing", world => world.Dynatrace.AddToken(world.Token with { Scopes = ["logs.ingest"] })),
        new("The token is a personal one", "token scopes", Failure, "token-personal", world =>
        {
            world.Dynatrace.AddToken(world.Token with { Scopes = ["entities.read"] });
            world.Dynatrace.MakeTokenPersonal(world.Token);
        }),
        new("The token expires within days", "token scopes", Warning, null, world => world.Dynatrace.AddToken(world.Token, world.Now.AddDays(3))),
        new("A platform token's user lacks the policy", "empty export", Failure, "policy-missing", world => Platform(world, DynatraceToken.CreatePlatform("storage:logs:read"), null)),
        new("A platform token has expired", "empty export", Failure, "platform-token-expired", world => Platform(world, DynatraceToken.CreatePlatform(), world.Now.AddMinutes(-1))),
        new("Dynatrace refuses the newest version and accepts the one before", "empty export", Warning, "token-refused", world => world.Vault.Set(DoctorWorld.Secret, DynatraceToken.CreateClassic().Value)),
        new("The rotation token lacks a scope", "rotation", Warning, "scope-missing", world => world.Dynatrace.AddToken(world.Creator with { Scopes = ["apiTokens.read"] })),
    ];

    private static IEnumerable<BrokenSetup> Vault =>
    [
        new("Key Vault denies the app access", "token", Failure, "vault-forbidden", world => world.Vault.FailNext(int.MaxValue, new KeyVaultFault(403, "Forbidden"))),
        new("The secret does not exist", "token", Failure, "secret-missing", world => world.Vault.Purge(DoctorWorld.Secret)),
        new("The secret is disabled", "token", Failure, "secret-disabled", world => world.Vault.Enable(DoctorWorld.Secret, world.Vault.NewestVersion(DoctorWorld.Secret)!, enabled: false)),
        new("The secret is past its expiry date", "token", Warning, "secret-expired", world => world.Store(world.Token.Value, world.Now.AddDays(-1))),
        new("The secret's value is no token", "token", Failure, "token-malformed", world => world.Store("the token")),
        new("The secret has Api-Token in front of the token", "token", Warning, null, world => world.Store("Api-Token " + world.Token.Value)),
        new("Key Vault is unavailable", "token", Failure, "vault-unavailable", world => world.Vault.FailNext(int.MaxValue, KeyVaultFault.Down)),
        new("The rotation token's secret does not exist", "rotation", Warning, "secret-missing", world => world.Vault.Purge(DoctorWorld.RotationSecret)),
    ];

    private static IEnumerable<BrokenSetup> Metrics =>
    [
        new("GenAi__Metrics is on, and the token lacks metrics.ingest", "empty metrics export", Failure, "scope-missing", world => world.Settings["GenAi__Metrics"] = "true"),
    ];

    private static IEnumerable<BrokenSetup> Hub =>
    [
        Set("There is no such Event Hub", "EVENTHUB_NAME", "another", "event hub"),
        new("The namespace refuses connections", "event hub", Failure, null, world => world.Settings["EVENTHUB"] = "Endpoint=sb://localhost:9;SharedAccessKeyName=send;SharedAccessKey=a2V5;UseDevelopmentEmulator=true"),
        new("The key of the Event Hub is wrong", "event hub", Failure, null, world => world.Settings["EVENTHUB"] = world.HubServer.ConnectionString.Replace("SharedAccessKey=", "SharedAccessKey=AAAA", StringComparison.Ordinal)),
        new("Events wait, and no instance reads", "lag", Failure, null, world => world.Lag(null, default, null)),
        new("Events wait, and an instance reads", "lag", Warning, null, world => world.Lag(-1, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(5))),
        new("Events wait for over an hour", "lag", Failure, "spans-too-old", world =>
        {
            world.Lag(null, default, null);
            world.Ahead = TimeSpan.FromMinutes(61);
        }),
        new("The hub was created anew under its name", "lag", Warning, null, world => world.Lag(500, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(5))),
    ];

    private static IEnumerable<BrokenSetup> Storage =>
    [
        Refused("The identity may not read blobs", "storage", request => request.Path.StartsWithSegments("/blobs") && request.Method == "GET"),
        Refused("The identity may not write blobs", "storage", request => request.Path.StartsWithSegments("/blobs") && request.Method == "DELETE"),
        Refused("The identity may not write to the quarantine", "storage", request => request.Path.StartsWithSegments("/blobs/quarantine") && request.Method == "DELETE"),
        Refused("The identity may not read queues", "dead-letter queue", request => request.Path.StartsWithSegments("/queues") && request.Method == "GET"),
        Refused("The identity may not change queues", "dead-letter queue", request => request.Path.StartsWithSegments("/queues") && request.Method == "DELETE"),
        Refused("The checkpoints cannot be read", "lag", request => request.Path.StartsWithSegments("/blobs/azure-webjobs-eventhub")),
        new("Messages could not be recorded", "dead-letter queue", Warning, "unrecorded", world => world.Storage.Messages["dead-letters-poison"] = 3),
        new("Messages are not being recorded", "dead-letter queue", Warning, null, world => world.Storage.Messages["dead-letters"] = 500),
        new("Dead letters wait for a replay", "dead letters", Warning, "text", world => world.AddLetter("text", "0-1-aa", "Unreadable")),
        new("An incident is open", "incident", Warning, "scope-missing", world => world.AddLetter("scope-missing", "incident-1020-403", "Incident")),
    ];

    private static BrokenSetup Set(string description, string name, string? value, string check = "settings") =>
        new(description, check, Failure, null, world =>
        {
            world.Settings[name] = value;
            if (name == "Dynatrace__TokenSecretUri")
                world.Settings.Remove("Dynatrace__RotationTokenSecretUri");
        });

    private static BrokenSetup Answer(string description, string code, Fault fault, CheckMark mark = Failure) =>
        new(description, "empty export", mark, code, world => world.Dynatrace.FailNext(int.MaxValue, fault));

    private static BrokenSetup Server(string description, string check, string code, Func<CancellationToken, Task<FaultyServer>> start) =>
        new(description, check, Failure, code, world => world.ReplaceAsync(start));

    private static BrokenSetup Refused(string description, string check, Func<HttpRequest, bool> isRefused) =>
        new(description, check, Failure, null, world => world.Storage.Refuses = request => isRefused(request) ? 403 : null);

    private static void Platform(DoctorWorld world, DynatraceToken token, DateTimeOffset? expires)
    {
        world.Dynatrace.AddToken(token, expires);
        world.Store(token.Value);
    }
}
