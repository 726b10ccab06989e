using System.Net;
using System.Security.Cryptography.X509Certificates;
using Azure;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using SpanRelay.Fakes.KeyVault;

namespace SpanRelay.Tests.Fakes.KeyVault;

/// <summary>The real client talks to the local vault.</summary>
public sealed class LocalKeyVaultTests : IAsyncLifetime
{
    private ManagedIdentityServer _identity = null!;
    private LocalKeyVault _vault = null!;
    private SecretClient _client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _identity = await ManagedIdentityServer.StartAsync(cancellationToken: Stop);
        _vault = await LocalKeyVault.StartAsync(_identity, cancellationToken: Stop);
        _client = new SecretClient(_vault.Address, new LocalCredential(_identity), Options());
    }

    public async ValueTask DisposeAsync()
    {
        await _vault.DisposeAsync();
        await _identity.DisposeAsync();
    }

    [Fact]
    public async Task VersionsTagsAndExpiryComeBackAsTheyWereWritten()
    {
        var expires = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var first = (await _client.SetSecretAsync("name", "one", Stop)).Value;
        var second = (await _client.SetSecretAsync(
            new KeyVaultSecret("name", "two") { Properties = { ExpiresOn = expires, Tags = { ["a"] = "b" } } }, Stop)).Value;

        Assert.Equal("two", (await _client.GetSecretAsync("name", cancellationToken: Stop)).Value.Value);
        Assert.Equal("one", (await _client.GetSecretAsync("name", first.Properties.Version, Stop)).Value.Value);
        second.Properties.Tags["a"] = "c";
        await _client.UpdateSecretPropertiesAsync(second.Properties, Stop);
        var read = (await _client.GetSecretAsync("name", second.Properties.Version, Stop)).Value.Properties;
        Assert.Equal("c", read.Tags["a"]);
        Assert.Equal(expires, read.ExpiresOn!.Value);
        Assert.True(read.Enabled!.Value);
    }

    [Fact]
    public async Task ManyVersionsAreListedByPages()
    {
        for (var i = 0; i < 60; i++)
            _vault.Set("name", $"{i}");

        var versions = new List<SecretProperties>();
        await foreach (var version in _client.GetPropertiesOfSecretVersionsAsync("name", Stop))
            versions.Add(version);

        Assert.Equal(60, versions.Select(version => version.Version).Distinct().Count());
    }

    [Fact]
    public async Task ADisabledVersionIsNotReadAndAnExpiredOneIs()
    {
        var expired = _vault.Set("expired", "value", TimeProvider.System.GetUtcNow().AddDays(-1));
        var disabled = _vault.Set("disabled", "value");
        _vault.Enable("disabled", disabled, enabled: false);

        Assert.Equal("value", (await _client.GetSecretAsync("expired", expired, Stop)).Value.Value);
        Assert.Equal(403, (await Assert.ThrowsAsync<RequestFailedException>(() => _client.GetSecretAsync("disabled", cancellationToken: Stop))).Status);
    }

    [Fact]
    public async Task ADeletedSecretKeepsItsNameUntilItIsRecoveredOrPurged()
    {
        await _client.SetSecretAsync("name", "one", Stop);
        await _client.StartDeleteSecretAsync("name", Stop);

        Assert.Equal(404, (await Assert.ThrowsAsync<RequestFailedException>(() => _client.GetSecretAsync("name", cancellationToken: Stop))).Status);
        Assert.Equal(409, (await Assert.ThrowsAsync<RequestFailedException>(() => _client.SetSecretAsync("name", "two", Stop))).Status);
        Assert.NotNull((await _client.GetDeletedSecretAsync("name", Stop)).Value.RecoveryId);
        await _client.StartRecoverDeletedSecretAsync("name", Stop);
        Assert.Equal("one", (await _client.GetSecretAsync("name", cancellationToken: Stop)).Value.Value);
        await _client.StartDeleteSecretAsync("name", Stop);
        await _client.PurgeDeletedSecretAsync("name", Stop);
        Assert.Equal("two", (await _client.SetSecretAsync("name", "two", Stop)).Value.Value);
    }

    [Fact]
    public async Task WithoutACredentialThereIsAChallengeAndWithoutAVersionOfTheApiARefusal()
    {
        using var http = new HttpClient(Handler());
        using var challenge = await http.GetAsync(new Uri(_vault.Address, "/secrets/name?api-version=7.6"), Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, challenge.StatusCode);
        Assert.Equal(
            "Bearer authorization=\"https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000\", resource=\"https://vault.azure.net\"",
            challenge.Headers.WwwAuthenticate.ToString());

        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {new LocalCredential(_identity).GetToken(default, Stop).Token}");
        foreach (var query in (string[])["", "?api-version=1.0"])
        {
            using var refusal = await http.GetAsync(new Uri(_vault.Address, "/secrets/name" + query), Stop);
            Assert.Equal(HttpStatusCode.BadRequest, refusal.StatusCode);
        }
    }

    [Fact]
    public async Task WhoeverDoesNotKnowItsAuthorityDoesNotTalkToIt()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(_vault.Address, Stop));

        Assert.Equal(HttpRequestError.SecureConnectionError, failure.HttpRequestError);
    }

    [Fact]
    public async Task TheClientsOwnCheckOfTheVaultsDomainStandsWithoutTheSwitch()
    {
        var options = Options();
        options.DisableChallengeResourceVerification = false;
        var client = new SecretClient(_vault.Address, new LocalCredential(_identity), options);

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetSecretAsync("name", cancellationToken: Stop));
    }

    private SecretClientOptions Options() => new()
    {
        DisableChallengeResourceVerification = true,
        Retry = { MaxRetries = 0 },
        Transport = new HttpClientTransport(new HttpClient(Handler())),
    };

    private SocketsHttpHandler Handler()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(_vault.AuthorityPem));
        return new SocketsHttpHandler { UseProxy = false, SslOptions = { CertificateChainPolicy = policy } };
    }
}
