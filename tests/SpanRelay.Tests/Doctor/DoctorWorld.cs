using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using SpanRelay.Doctor;
using SpanRelay.Fakes;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Fakes.KeyVault;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.Faults;

namespace SpanRelay.Tests.Doctor;

/// <summary>Everything that an app depends on, by stand-ins, and settings with which doctor finds all of it well.</summary>
internal sealed class DoctorWorld : IAsyncDisposable
{
    public const string Secret = "dynatrace-token";
    public const string RotationSecret = "dynatrace-rotation-token";

    private readonly List<IAsyncDisposable> _more = [];

    public required ManagedIdentityServer Identity { get; init; }

    public required LocalKeyVault Vault { get; init; }

    public required DynatraceServer Dynatrace { get; init; }

    public required LocalEventHub Hub { get; init; }

    public required EventHubServer HubServer { get; init; }

    public required FakeStorageAccount Storage { get; init; }

    public DynatraceToken Token { get; } = DynatraceToken.CreateClassic();

    public DynatraceToken Creator { get; } = DynatraceToken.CreateClassic("apiTokens.read", "apiTokens.write");

    public Dictionary<string, string?> Settings { get; } = [];

    /// <summary>How far this machine's clock is ahead.</summary>
    public TimeSpan Ahead { get; set; }

    public TimeSpan Deadline { get; set; } = TimeSpan.FromMinutes(2);

    public DateTimeOffset Now => TimeProvider.System.GetUtcNow() + Ahead;

    public static async Task<DoctorWorld> StartAsync(CancellationToken cancellationToken)
    {
        var identity = await ManagedIdentityServer.StartAsync(cancellationToken: cancellationToken);
        var hub = new LocalEventHub("spans", 2);
        var world = new DoctorWorld
        {
            Identity = identity,
            Vault = await LocalKeyVault.StartAsync(identity, cancellationToken: cancellationToken),
            Dynatrace = await DynatraceServer.StartAsync(cancellationToken: cancellationToken),
            Hub = hub,
            HubServer = await EventHubServer.StartAsync(hub, cancellationToken: cancellationToken),
            Storage = await FakeStorageAccount.StartAsync(cancellationToken),
        };
        world.Prepare();
        return world;
    }

    public async Task<DoctorReport> RunAsync(CancellationToken cancellationToken) =>
        await new DoctorRun(Settings, new ShiftedTime(Ahead)) { Deadline = Deadline, Login = (_, _) => new LocalCredential(Identity) }.RunAsync(cancellationToken);

    /// <summary>Stores the token as the secret's only version.</summary>
    public void Store(string value, DateTimeOffset? expires = null, string name = Secret)
    {
        Vault.Purge(name);
        Vault.Set(name, value, expires);
    }

    /// <summary>Puts another server at Dynatrace's address.</summary>
    public async Task ReplaceAsync(Func<CancellationToken, Task<FaultyServer>> start)
    {
        var server = await start(CancellationToken.None);
        _more.Add(server);
        Settings["Dynatrace__Environment"] = server.Environment.AbsoluteUri;
    }

    /// <summary>Puts a server with a certificate of a private authority at Dynatrace's address, and lets the app trust it.</summary>
    public async Task SecureAsync(TimeSpan life)
    {
        using var certificates = LoopbackCertificates.Create(TimeProvider.System.GetUtcNow(), life); // TLS uses the machine's clock.
        var server = await LoopbackServer.StartAsync(_ => Task.CompletedTask, 0, null, CancellationToken.None, X509CertificateLoader.LoadPkcs12(certificates.Server.Export(X509ContentType.Pfx), null));
        _more.Add(server);
        Settings["Dynatrace__Environment"] = server.Address.AbsoluteUri;
        Settings["Dynatrace__CaCertificates"] = certificates.AuthorityPem;
    }

    /// <summary>Puts an event into a partition, with a checkpoint and an owner as the host leaves them.</summary>
    /// <param name="settled">The checkpoint's sequence number; null for none.</param>
    /// <param name="checkpointAge">How long ago the checkpoint was written.</param>
    /// <param name="ownerAge">How long ago its reader said that it is alive; null for no reader.</param>
    public void Lag(long? settled, TimeSpan checkpointAge, TimeSpan? ownerAge)
    {
        Hub.Append("a"u8.ToArray(), partition: 0);
        var prefix = $"localhost:{HubServer.ConnectionString.Split(':')[2].Split(';')[0]}/spans/$default";
        if (settled is { } number)
            Storage.Blobs.Add(("azure-webjobs-eventhub", $"{prefix}/checkpoint/0", new() { ["sequencenumber"] = number.ToString(CultureInfo.InvariantCulture), ["offset"] = "0" }, Now - checkpointAge));
        if (ownerAge is { } age)
            Storage.Blobs.Add(("azure-webjobs-eventhub", $"{prefix}/ownership/0", new() { ["ownerid"] = "someone" }, Now - age));
    }

    /// <summary>A dead letter that was recorded a moment ago.</summary>
    public void AddLetter(string cause, string rest, string reason) => Storage.Blobs.Add((
        "dead-letters",
        $"{Now:yyyy/MM/dd}/{rest}.json",
        new() { ["cause"] = cause, ["reason"] = reason, ["at"] = Now.ToString("O", CultureInfo.InvariantCulture), ["spans"] = "1", ["partition"] = "0" },
        Now));

    public async ValueTask DisposeAsync()
    {
        foreach (var each in (IAsyncDisposable[])[.. _more, Dynatrace, Vault, Identity, HubServer, Storage])
            await each.DisposeAsync();
    }

    private void Prepare()
    {
        Dynatrace.AddToken(Token);
        Dynatrace.AddToken(Creator);
        Vault.Set(Secret, Token.Value);
        Vault.Set(RotationSecret, Creator.Value);
        Settings["Dynatrace__Environment"] = Dynatrace.BaseAddress.AbsoluteUri;
        Settings["Dynatrace__TokenSecretUri"] = Vault.SecretUri(Secret).AbsoluteUri;
        Settings["Dynatrace__RotationTokenSecretUri"] = Vault.SecretUri(RotationSecret).AbsoluteUri;
        Settings["AzureWebJobsStorage"] = Storage.ConnectionString;
        Settings["EVENTHUB"] = HubServer.ConnectionString;
        Settings["EVENTHUB_NAME"] = "spans";
        foreach (var (name, value) in Vault.Settings)
            Settings[name] = value;
    }

    /// <summary>The machine's time, moved.</summary>
    private sealed class ShiftedTime(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
    }
}
