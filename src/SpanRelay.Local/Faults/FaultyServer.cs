using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using SpanRelay.Fakes;

namespace SpanRelay.Local.Faults;

/// <summary>A server at Dynatrace's address that does not behave like Dynatrace.</summary>
public sealed class FaultyServer : IAsyncDisposable
{
    private readonly LoopbackServer? _server;

    private FaultyServer(Uri environment, LoopbackServer? server)
    {
        Environment = environment;
        _server = server;
    }

    /// <summary>For Dynatrace__Environment.</summary>
    public Uri Environment { get; }

    /// <summary>A host name that does not exist.</summary>
    public static Task<FaultyServer> WithoutName(CancellationToken cancellationToken) => Task.FromResult(new FaultyServer(new Uri("https://activegate.invalid/e/abc12345"), null));

    /// <summary>A port that refuses connections.</summary>
    public static Task<FaultyServer> Absent(CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return Task.FromResult(new FaultyServer(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), null));
    }

    /// <summary>Answers at the root as Dynatrace does, and 404 below /e/{id}.</summary>
    public static Task<FaultyServer> WithoutEnvironments(CancellationToken cancellationToken) => StartAsync(
        context =>
        {
            context.Response.StatusCode = context.Request.Path.StartsWithSegments("/e") ? 404 : 401;
            return Task.CompletedTask;
        },
        null, "/e/abc12345", cancellationToken);

    /// <summary>A server without TLS at an https address.</summary>
    public static async Task<FaultyServer> WithoutTls(CancellationToken cancellationToken)
    {
        var server = await LoopbackServer.StartAsync(_ => Task.CompletedTask, 0, null, cancellationToken);
        return new FaultyServer(new Uri($"https://127.0.0.1:{server.Address.Port}"), server);
    }

    public static Task<FaultyServer> WithExpiredCertificate(CancellationToken cancellationToken) =>
        WithCertificate("127.0.0.1", isExpired: true, isSelfSigned: true, cancellationToken);

    public static Task<FaultyServer> WithSelfSignedCertificate(CancellationToken cancellationToken) =>
        WithCertificate("127.0.0.1", isExpired: false, isSelfSigned: true, cancellationToken);

    public static Task<FaultyServer> WithCertificateOfUnknownAuthority(CancellationToken cancellationToken) =>
        WithCertificate("127.0.0.1", isExpired: false, isSelfSigned: false, cancellationToken);

    public static Task<FaultyServer> WithCertificateForAnotherName(CancellationToken cancellationToken) =>
        WithCertificate("activegate.example.org", isExpired: false, isSelfSigned: true, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private static Task<FaultyServer> WithCertificate(string name, bool isExpired, bool isSelfSigned, CancellationToken cancellationToken) =>
        StartAsync(_ => Task.CompletedTask, Certificate(name, isExpired, isSelfSigned), "", cancellationToken);

    private static async Task<FaultyServer> StartAsync(RequestDelegate handler, X509Certificate2? certificate, string path, CancellationToken cancellationToken)
    {
        var server = await LoopbackServer.StartAsync(handler, 0, null, cancellationToken, certificate);
        return new FaultyServer(new Uri(server.Address, path), server);
    }

    private static X509Certificate2 Certificate(string name, bool isExpired, bool isSelfSigned)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (from, to) = isExpired ? (now.AddDays(-60), now.AddDays(-1)) : (now.AddDays(-1), now.AddDays(60));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        if (isSelfSigned)
        {
            using var selfSigned = request.CreateSelfSigned(from, to);
            return X509CertificateLoader.LoadPkcs12(selfSigned.Export(X509ContentType.Pfx), null);
        }

        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=A private authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(from, to);
        using var signed = request.Create(authority, from, to, RandomNumberGenerator.GetBytes(16));
        using var withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }
}
