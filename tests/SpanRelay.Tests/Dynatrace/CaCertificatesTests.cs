using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using SpanRelay.Dynatrace;
using SpanRelay.Pipeline;
using SpanRelay.Settings;
using SpanRelay.Tests.DeadLetters;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Dynatrace;

/// <summary>TLS against a server on this machine, with certificates made for each test.</summary>
public sealed class CaCertificatesTests : IDisposable
{
    private static readonly DateTimeOffset Today = TimeProvider.System.GetUtcNow();

    private readonly List<IDisposable> _owned = [];

    public void Dispose() => _owned.ForEach(owned => owned.Dispose());

    [Fact]
    public async Task ASelfSignedCertificateIsTrustedOnceItIsInTheBundleAndHttp2IsSpoken()
    {
        var certificate = SelfSigned("localhost");

        var (report, log, protocols) = await ForwardAsync(certificate, Bundle(certificate));

        Assert.Empty(log);
        Assert.Equal(1, report.SpansDelivered);
        Assert.Equal(["HTTP/2"], protocols);
    }

    [Fact]
    public async Task ACertificateOfAPrivateAuthorityIsTrustedOnceTheAuthorityIsInTheBundle()
    {
        var authority = Authority("Private CA");

        var (report, log, _) = await ForwardAsync(Issued(authority, "localhost"), Bundle(Authority("Another CA"), authority));

        Assert.Empty(log);
        Assert.Equal(1, report.SpansDelivered);
    }

    [Fact]
    public Task ASelfSignedCertificateIsRefusedWithoutTheBundle() => AssertRefusedAsync(
        SelfSigned("localhost"), CaCertificates.None,
        "The server's certificate (localhost) is self-signed, and neither the system nor Dynatrace__CaCertificates holds it: add it there, if it is the ActiveGate's.");

    [Fact]
    public Task AForeignCertificateIsRefused() => AssertRefusedAsync(
        Issued(Authority("Foreign CA"), "localhost"), Bundle(Authority("Private CA")),
        "The server's certificate (localhost) is issued by an authority (Foreign CA) that neither the system nor Dynatrace__CaCertificates holds: add the authority's certificate there, if it is yours.");

    [Fact]
    public Task AnAuthorityOfTheSameNameIsRefused() => AssertRefusedAsync(
        Issued(Authority("Private CA"), "localhost"), Bundle(Authority("Private CA")), "The server's certificate (localhost) is");

    [Fact]
    public async Task AnExpiredCertificateIsRefused()
    {
        var authority = Authority("Private CA");
        var expired = Issued(authority, "localhost", from: Today.AddDays(-20), to: Today.AddDays(-10));

        await AssertRefusedAsync(
            expired, Bundle(authority),
            $"The server's certificate (localhost) is valid from {Today.AddDays(-20):yyyy-MM-dd} to {Today.AddDays(-10):yyyy-MM-dd} and not today: it has expired or this machine's clock is wrong. Renew it on the server.");
    }

    [Fact]
    public async Task ACertificateForAnotherNameIsRefusedThoughItsAuthorityIsTrusted()
    {
        var authority = Authority("Private CA");

        await AssertRefusedAsync(
            Issued(authority, "gate.example.org"), Bundle(authority),
            "The server's certificate (gate.example.org) is for another name: it holds gate.example.org. Use the name that the certificate holds in Dynatrace__Environment.");
    }

    [Fact]
    public void ABundleMayBeAFileOrThePemItselfAndOtherCertificatesInIt()
    {
        var authority = Authority("Private CA");
        var pem = authority.ExportCertificatePem() + "\n" + Issued(authority, "intermediate").ExportCertificatePem();
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "# our authority\n" + pem);

            Assert.True(CaCertificates.TryRead(file, out _, out _));
            Assert.True(CaCertificates.TryRead(pem, out _, out _));
            Assert.True(CaCertificates.TryRead(pem.Replace("\n", "\\n", StringComparison.Ordinal), out _, out _));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("/no/such/file.pem", "Dynatrace__CaCertificates is neither PEM certificates (-----BEGIN CERTIFICATE-----) nor a file of up to 1 MiB that the app can read.")]
    [InlineData("hunter2", "Dynatrace__CaCertificates is neither PEM certificates (-----BEGIN CERTIFICATE-----) nor a file of up to 1 MiB that the app can read.")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "Dynatrace__CaCertificates cannot be read: a certificate in it is damaged or not PEM (-----BEGIN CERTIFICATE-----).")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "Dynatrace__CaCertificates holds no certificate: it takes PEM (-----BEGIN CERTIFICATE-----), or the path of a PEM file.")]
    public void ABundleThatCannotBeReadStopsTheStart(string value, string problem)
    {
        var settings = new SettingsReader(
        [
            KeyValuePair.Create("Dynatrace__Environment", (string?)"abc12345"),
            KeyValuePair.Create("Dynatrace__ApiToken", (string?)Some.Token),
            KeyValuePair.Create("Dynatrace__CaCertificates", (string?)value),
        ]);

        RelayOptions.Read(settings);

        Assert.Equal([problem], settings.Problems);
    }

    [Fact]
    public void ABundleWithoutARootStopsTheStart()
    {
        var issued = Issued(Authority("Private CA"), "localhost");

        Assert.False(CaCertificates.TryRead(issued.ExportCertificatePem(), out _, out var problem));

        Assert.Equal("holds no root certificate: add the one that issued the others, or the ActiveGate's own if it is self-signed.", problem);
    }

    private static CaCertificates Bundle(params X509Certificate2[] certificates) =>
        CaCertificates.TryRead(string.Join('\n', certificates.Select(each => each.ExportCertificatePem())), out var bundle, out var problem)
            ? bundle
            : throw new InvalidOperationException(problem);

    private static async Task AssertRefusedAsync(X509Certificate2 certificate, CaCertificates trusted, string diagnosis)
    {
        var (report, log, protocols) = await ForwardAsync(certificate, trusted);

        Assert.Equal(1, report.SpansHeld);
        Assert.Equal(1, report.Requests);
        Assert.Contains($"Blocked, no response from https://localhost:", Assert.Single(log), StringComparison.Ordinal);
        Assert.Contains(diagnosis, log[0], StringComparison.Ordinal);
        Assert.Empty(protocols);
    }

    private static async Task<(RelayReport Report, List<string> Log, List<string> Protocols)> ForwardAsync(X509Certificate2 certificate, CaCertificates trusted)
    {
        var protocols = new List<string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        await using var app = builder.Build();
        app.Run(async context =>
        {
            protocols.Add(context.Request.Protocol);
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);

        var options = Some.Dynatrace(new Uri($"https://localhost:{new Uri(app.Urls.First()).Port}")) with { CaCertificates = trusted };
        var time = new SteppedTime(Some.Now);
        var log = new CollectingLogger<Relay>();
        using var client = new DynatraceClient(options, time);
        var batch = Some.Batch(Some.Request(Some.Span()).ToByteArray());
        var report = await time.RunAsync(new Relay(new RelayOptions { Dynatrace = options }, client, new CollectingDeadLetterStore(), time, log).ForwardAsync(batch, TestContext.Current.CancellationToken));
        return (report, log.Lines, protocols);
    }

    private X509Certificate2 SelfSigned(string name) => Create(null, name, isAuthority: false, Today.AddDays(-10), Today.AddDays(10));

    private X509Certificate2 Authority(string name) => Create(null, name, isAuthority: true, Today.AddDays(-30), Today.AddDays(30));

    private X509Certificate2 Issued(X509Certificate2 authority, string name, DateTimeOffset? from = null, DateTimeOffset? to = null) =>
        Create(authority, name, isAuthority: false, from ?? Today.AddDays(-10), to ?? Today.AddDays(10));

    private X509Certificate2 Create(X509Certificate2? issuer, string name, bool isAuthority, DateTimeOffset from, DateTimeOffset to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (!isAuthority)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(name);
            request.CertificateExtensions.Add(names.Build());
        }

        using var certificate = issuer is null
            ? request.CreateSelfSigned(from, to)
            : request.Create(issuer, from, to, RandomNumberGenerator.GetBytes(8)).CopyWithPrivateKey(key);
        var kept = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
        _owned.Add(kept);
        return kept;
    }
}
