using Azure.Storage.Queues;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Fakes.KeyVault;
using SpanRelay.Local.Host;
using SpanRelay.Redaction.Detectors.Credentials;
using SpanRelay.Tokens;

namespace SpanRelay.Local.Faults;

/// <summary>All faults that can be caused in the local system.</summary>
public static class FaultScenarios
{
    private const string JsonError = """{"error":{"code":0,"message":"Not like this"}}""";
    private const string DynatracePage = "<!DOCTYPE html><html><head><title>Dynatrace</title></head><body>Page not found</body></html>";
    private const string EmptyPage = "<!DOCTYPE html><html><head><title>404</title></head><body><h1>Not Found</h1></body></html>";
    private const string SignInPage = "<!DOCTYPE html><html><body><h1>Please sign in to the network</h1></body></html>";

    /// <summary>Spans expire after a minute and requests time out early, so that held spans expire within a short run.</summary>
    private static readonly IReadOnlyDictionary<string, string> ShortLife = new Dictionary<string, string>
    {
        ["Relay__MaxSpanAge"] = "00:01:00",
        ["Relay__RetryBudget"] = "00:00:10",
        ["Relay__AttemptTimeout"] = "00:00:02",
    };

    /// <summary>By name.</summary>
    public static IReadOnlyList<FaultScenario> All { get; } =
    [
        // The address.
        Answers("apps-host", "web-address", "The address is Dynatrace's web interface", new Fault { Status = 404, ContentType = "text/html", Body = DynatracePage }),
        Answers("unknown-environment", "environment-unknown", "The environment's id does not exist", new Fault { Status = 404, ContentType = "text/html", Body = EmptyPage }),
        Answers("wrong-path", "path-wrong", "A proxy changes the path", new Fault { Status = 404, Body = JsonError }),
        new("mixed-address", "address-forms-mixed", "A SaaS address with the /e/{id} of Managed") { Server = FaultyServer.WithoutEnvironments },
        Answers("sign-in-page", "not-dynatrace", "A sign-in page answers instead of Dynatrace", new Fault { Status = 200, ContentType = "text/html", Body = SignInPage }),
        Answers("redirect", "redirected", "The address redirects", new Fault { Status = 307, Headers = new Dictionary<string, string> { ["Location"] = "https://example.org/" } }),
        Answers("proxy", "proxy-refused", "A proxy requires credentials", new Fault { Status = 407 }),
        Answers("account", "not-accepted-here", "Dynatrace accepts nothing from this account", new Fault { Status = 402, Body = JsonError }),

        // The token.
        Answers("missing-token", "token-missing", "A proxy removes the token", new Fault { Status = 401, Body = """{"error":{"code":401,"message":"Missing authorization parameter."}}""" }),
        Token("expired-token", "token-expired", "The token has expired", (dynatrace, token) => dynatrace.AddToken(token, TimeProvider.System.GetUtcNow().AddMinutes(-1))),
        Token("disabled-token", "token-disabled", "The token is disabled", (dynatrace, token) => dynatrace.EnableToken(token, enabled: false)),
        Token("revoked-token", "token-revoked", "The token was deleted", (dynatrace, token) => dynatrace.RevokeToken(token)),
        Answers("wrong-scheme", "token-wrong-scheme", "A proxy changes the token's scheme", new Fault { Status = 401, Body = """{"error":{"code":401,"message":"Unsupported authorization scheme 'Basic'."}}""" }),
        Token("missing-scope", "scope-missing", "The token lacks its scope", (dynatrace, token) => dynatrace.AddToken(token with { Scopes = ["logs.ingest"] })),
        Token("personal-token", "token-personal", "The token is a personal access token", (dynatrace, token) =>
        {
            dynatrace.AddToken(token with { Scopes = ["entities.read"] });
            dynatrace.MakeTokenPersonal(token);
        }),
        new("missing-policy", "policy-missing", "The platform token's user lacks the required policy")
        {
            BreakAsync = (system, _) =>
            {
                var token = DynatraceToken.CreatePlatform("storage:logs:read");
                system.Dynatrace!.AddToken(token);
                return StoreAsync(system, token.Value);
            },
        },
        new("expired-platform-token", "platform-token-expired", "The platform token has expired")
        {
            BreakAsync = (system, _) =>
            {
                var token = DynatraceToken.CreatePlatform();
                system.Dynatrace!.AddToken(token, TimeProvider.System.GetUtcNow().AddMinutes(-1));
                return StoreAsync(system, token.Value);
            },
        },
        Answers("refused-token", "token-refused", "Dynatrace refuses the token without a reason", new Fault { Status = 401, Body = """{"error":{"code":401,"message":"Token Authentication failed"}}""" }),

        // Key Vault.
        Vault("vault-forbidden", "vault-forbidden", "Key Vault denies the app access", vault => vault.FailNext(int.MaxValue, new KeyVaultFault(403, "Forbidden")), vault => vault.ClearFaults()),
        Vault("missing-secret", "secret-missing", "The secret does not exist", vault => vault.Purge(LocalSystem.TokenSecret), null),
        Vault("disabled-secret", "secret-disabled", "The secret is disabled", vault => vault.Enable(LocalSystem.TokenSecret, vault.NewestVersion(LocalSystem.TokenSecret)!, enabled: false), vault => vault.Enable(LocalSystem.TokenSecret, vault.NewestVersion(LocalSystem.TokenSecret)!, enabled: true)),
        new("expired-secret", "secret-expired", "The secret has expired, and its token is refused")
        {
            BreakAsync = (system, _) =>
            {
                system.Dynatrace!.HasTokenApi = false;
                system.Dynatrace.RevokeToken(system.Token!);
                return StoreAsync(system, system.Token!.Value, TimeProvider.System.GetUtcNow().AddDays(-1));
            },
        },
        new("no-token", "token-malformed", "The secret's value is not a token") { BreakAsync = (system, _) => StoreAsync(system, "the token") },
        Expiring("vault-down", "vault-unavailable", "Key Vault is unavailable, and no token is known yet", (system, cancellationToken) =>
        {
            system.Vault!.FailNext(int.MaxValue, KeyVaultFault.Down);
            system.Host.Recycle();
            return system.Host.WhenReadyAsync(cancellationToken); // The span must not expire before the app tries to send it.
        }),

        // The network.
        new("unknown-name", "dns-name-not-found", "The host's name does not exist") { Server = FaultyServer.WithoutName },
        new("refused-connection", "connection-refused", "The connection is refused") { Server = FaultyServer.Absent, Settings = ShortLife, Event = FaultyEvent.Expiring },
        Expiring("broken-connection", "connection-broken", "Connections are closed early", Fails(new Fault { Abort = FaultAbort.BeforeAccepting })),
        Expiring("silence", "response-timed-out", "Dynatrace does not respond", Fails(new Fault { Status = 200, Delay = TimeSpan.FromSeconds(20) })),
        new("expired-certificate", "certificate-expired", "The server's certificate has expired") { Server = FaultyServer.WithExpiredCertificate },
        new("self-signed-certificate", "certificate-self-signed", "The server's certificate is self-signed") { Server = FaultyServer.WithSelfSignedCertificate },
        new("unknown-authority", "certificate-unknown-authority", "The server's certificate is from a private authority") { Server = FaultyServer.WithCertificateOfUnknownAuthority },
        new("wrong-name", "certificate-wrong-name", "The server's certificate is for another name") { Server = FaultyServer.WithCertificateForAnotherName },
        new("no-tls", "tls-failed", "The server does not support TLS") { Server = FaultyServer.WithoutTls, Settings = ShortLife, Event = FaultyEvent.Expiring },

        // Dynatrace.
        Expiring("throttled", "throttled", "Dynatrace throttles until the spans have expired", Fails(new Fault { Status = 429, Headers = LaterThanAnyBudget })),
        Expiring("down", "server-error", "Dynatrace is down until the spans have expired", Fails(new Fault { Status = 503, Headers = LaterThanAnyBudget })),
        Answers("not-protobuf", "not-protobuf", "A proxy changes the content type", new Fault { Status = 415, Body = JsonError }),
        new("too-large", "too-large", "A span is larger than Dynatrace accepts") { Event = FaultyEvent.Huge },
        Answers("poison", "rejected", "Dynatrace rejects a span", new Fault { Status = 400, Body = """{"error":{"code":400,"message":"Invalid span"}}""" }),
        Answers("partial-success", "partial-success", "Dynatrace rejects part of a request", new Fault { RejectedSpans = 1, ErrorMessage = "attribute limit exceeded" }),

        // The spans' times.
        new("too-old", "spans-too-old", "Spans arrive two hours late") { Event = FaultyEvent.Old },
        new("clock-skew", "spans-in-future", "The sender's clock is three hours ahead") { Event = FaultyEvent.InFuture },
        new("without-end", "spans-without-end", "Spans have no end") { Event = FaultyEvent.WithoutEnd },

        // Events that cannot be read.
        new("broken-gzip", "broken-gzip", "An event is truncated") { Event = FaultyEvent.BrokenGzip },
        new("gzip-bomb", "gzip-bomb", "An event decompresses to more than the limit") { Event = FaultyEvent.GzipBomb },
        new("azure-diagnostics", "azure-diagnostics", "A diagnostic setting exports to the Event Hub") { Event = FaultyEvent.Text("""{"records":[{"time":"2026-05-04T10:20:30Z","resourceId":"/SUBSCRIPTIONS/X","category":"Audit"}]}""") },
        new("avro", "avro-capture", "A file of Event Hubs Capture was sent") { Event = FaultyEvent.Text("Obj\u0001\u0004\u0014avro.codec\bnull") },
        new("otlp-logs", "not-traces", "Logs are exported to the traces endpoint") { Event = FaultyEvent.Text("""{"resourceLogs":[{"scopeLogs":[]}]}""") },
        new("plain-logs", "plain-logs", "A logger writes to the Event Hub") { Event = FaultyEvent.Text("""{"level":"info","message":"started","timestamp":"2026-05-04T10:20:30Z"}""") },
        new("other-json", "other-json", "An event is JSON but not OTLP") { Event = FaultyEvent.Text("""{"hello":"world"}""") },
        new("grpc", "grpc-framed", "A gRPC frame holds something else than an export") { Event = FaultyEvent.GrpcFramed },
        new("text", "text", "An event is plain text") { Event = FaultyEvent.Text("Is this the right door?") },
        new("empty", "empty-event", "An event has no body") { Event = _ => [] },
        new("nested", "nested-too-deep", "A value is nested too deeply") { Event = FaultyEvent.Nested },
        new("without-ids", "span-without-ids", "A span has no trace id") { Event = FaultyEvent.WithoutIds },
        new("binary", "other-binary", "An event is unknown binary data") { Event = _ => [0x07, 0x01, 0xFF, 0x00, 0x80, 0x80, 0x80] },

        // Anything else.
        new("foreign-message", "unrecorded", "An unknown message is in the dead-letter queue")
        {
            BreakAsync = async (system, cancellationToken) =>
            {
                var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
                var queue = new QueueServiceClient(system.StorageConnectionString, options).GetQueueClient("dead-letters");
                await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
                await queue.SendMessageAsync("hello", cancellationToken);
            },
            Event = _ => null,
            Settings = new Dictionary<string, string> { ["AzureFunctionsJobHost__extensions__queues__visibilityTimeout"] = "00:00:01" },
        },
    ];

    /// <summary>Those that can be caused in a running system and ended again.</summary>
    public static IReadOnlyList<FaultScenario> ForRunningSystem { get; } =
    [
        Answers("outage", "server-error", "Dynatrace is down: spans are held, and delivered when it is back", new Fault { Status = 503 }),
        Answers("throttling", "throttled", "Dynatrace throttles: spans are held, and delivered when it stops", new Fault { Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = "1" } }),
        .. All.Where(scenario => scenario.CanEnd),
    ];

    private static Dictionary<string, string> LaterThanAnyBudget => new() { ["Retry-After"] = "600" };

    private static Func<LocalSystem, CancellationToken, Task> Fails(Fault fault) => (system, _) =>
    {
        system.Dynatrace!.FailNext(int.MaxValue, fault);
        return Task.CompletedTask;
    };

    private static FaultScenario Answers(string name, string cause, string description, Fault fault) =>
        new(name, cause, description) { BreakAsync = Fails(fault), Resolve = system => system.Dynatrace!.ClearFaults() };

    /// <summary>A temporary fault leaves a record only when spans expire because of it.</summary>
    private static FaultScenario Expiring(string name, string cause, string description, Func<LocalSystem, CancellationToken, Task> breakAsync) =>
        new(name, cause, description) { BreakAsync = breakAsync, Settings = ShortLife, Event = FaultyEvent.Expiring };

    private static FaultScenario Token(string name, string cause, string description, Action<DynatraceServer, DynatraceToken> change) => new(name, cause, description)
    {
        BreakAsync = (system, _) =>
        {
            change(system.Dynatrace!, CurrentToken(system));
            return Task.CompletedTask;
        },
        Resolve = system => system.Dynatrace!.AddToken(CurrentToken(system)),
    };

    /// <summary>After a rotation, the vault has another one than the system was started with.</summary>
    private static DynatraceToken CurrentToken(LocalSystem system) =>
        system.Token! with { Value = system.Vault?.NewestValue(LocalSystem.TokenSecret) ?? system.Token.Value };

    /// <summary>Restarts the app: it would otherwise keep using the token it has.</summary>
    private static FaultScenario Vault(string name, string cause, string description, Action<LocalKeyVault> change, Action<LocalKeyVault>? resolve) => new(name, cause, description)
    {
        BreakAsync = (system, _) =>
        {
            change(system.Vault!);
            system.Host.Recycle();
            return Task.CompletedTask;
        },
        Resolve = resolve is null ? null : system => resolve(system.Vault!),
    };

    /// <summary>Stored as the only version: the app would otherwise fall back to an older one.</summary>
    private static Task StoreAsync(LocalSystem system, string value, DateTimeOffset? expiresOn = null)
    {
        system.Vault!.Purge(LocalSystem.TokenSecret);
        system.Vault.Set(LocalSystem.TokenSecret, value, expiresOn);
        system.Host.Recycle();
        return Task.CompletedTask;
    }
}
