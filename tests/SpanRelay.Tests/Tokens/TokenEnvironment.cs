using System.Net;
using Microsoft.Extensions.Time.Testing;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Fakes.KeyVault;
using SpanRelay.Rotation;
using SpanRelay.Tests.Rotation;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Tokens;

/// <summary>The local vault and Dynatrace with a token each knows, and what is tested on them, by the real client and in fake time.</summary>
internal sealed class TokenEnvironment : IAsyncDisposable
{
    public const string Name = "dynatrace-token";
    public const string CreatorName = "dynatrace-rotation-token";

    private readonly List<IDisposable> _owned = [];

    private TokenEnvironment(ManagedIdentityServer identity, LocalKeyVault vault, DynatraceServer dynatrace)
    {
        (Identity, Vault, Dynatrace) = (identity, vault, dynatrace);
        First = DynatraceToken.CreateClassic();
        Creator = DynatraceToken.CreateClassic("apiTokens.read", "apiTokens.write");
        Dynatrace.AddToken(First);
        Dynatrace.AddToken(Creator);
        Vault.Set(Name, First.Value);
        Vault.Set(CreatorName, Creator.Value);
    }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public FakeTimeProvider Time { get; private init; } = new(Some.Now);

    public ManagedIdentityServer Identity { get; }

    public LocalKeyVault Vault { get; }

    public DynatraceServer Dynatrace { get; }

    public DynatraceToken First { get; }

    public DynatraceToken Creator { get; }

    public CollectingLogger<TokenSource> Log { get; } = new();

    public CollectingLogger<TokenRotation> RotationLog { get; } = new();

    public TokenOptions Options { get; set; } = new();

    public static async Task<TokenEnvironment> StartAsync()
    {
        var time = new FakeTimeProvider(Some.Now);
        var identity = await ManagedIdentityServer.StartAsync(cancellationToken: Stop);
        var vault = await LocalKeyVault.StartAsync(identity, time, cancellationToken: Stop);
        var dynatrace = await DynatraceServer.StartAsync(new DynatraceServerOptions { TimeProvider = time }, Stop);
        return new TokenEnvironment(identity, vault, dynatrace) { Time = time };
    }

    public TokenVault OpenVault(string name = Name, string? version = null)
    {
        Assert.True(TokenSecret.TryParse(Vault.SecretUri(name).AbsoluteUri, out var secret, out _));
        return new TokenVault(secret with { Version = version }, new LocalCredential(Identity), Vault.AuthorityPem);
    }

    public TokenSource Source(string? version = null) => new(OpenVault(Name, version), Options, Time, Log);

    public TokenApi Api(Kill? kill = null)
    {
        var http = new HttpClient(kill is null ? new SocketsHttpHandler { UseProxy = false } : new Kill.Handler(kill)) { DefaultRequestVersion = HttpVersion.Version11 };
        _owned.Add(http);
        return new TokenApi(Some.EndpointAt(Dynatrace.BaseAddress.AbsoluteUri), http);
    }

    public TokenRotation Rotation(Kill? kill = null)
    {
        var rotation = new TokenRotation(OpenVault(), OpenVault(CreatorName), Api(kill), Options, Time, RotationLog);
        _owned.Add(rotation);
        return rotation;
    }

    /// <summary>Writes a version that Dynatrace knows, a moment after the one before.</summary>
    public TokenVersion Write(DynatraceToken token, bool isKnown = true, DateTimeOffset? expiresOn = null)
    {
        Time.Advance(TimeSpan.FromSeconds(2));
        if (isKnown)
            Dynatrace.AddToken(token);
        var version = Vault.Set(Name, token.Value, expiresOn);
        Assert.True(ApiToken.TryParse(token.Value, out var parsed, out _));
        return new TokenVersion(version, parsed, expiresOn);
    }

    public IEnumerable<string> SecretParts(params IEnumerable<string> more) =>
        ((string[])[First.Value, Creator.Value, .. Dynatrace.ValidTokens, .. more]).Select(value => value.Split('.')[^1]);

    public async ValueTask DisposeAsync()
    {
        _owned.ForEach(owned => owned.Dispose());
        await Dynatrace.DisposeAsync();
        await Vault.DisposeAsync();
        await Identity.DisposeAsync();
    }
}
