using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SpanRelay.Fakes.KeyVault;

/// <summary>A certificate authority made at start, and a certificate of it for 127.0.0.1 and localhost. Neither outlives the process.</summary>
internal sealed class LoopbackCertificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private static readonly TimeSpan UsualLife = TimeSpan.FromDays(30);

    private LoopbackCertificates(string authorityPem, X509Certificate2 server)
    {
        AuthorityPem = authorityPem;
        Server = server;
    }

    /// <summary>The certificate that a client must trust.</summary>
    public string AuthorityPem { get; }

    /// <summary>With its private key.</summary>
    public X509Certificate2 Server { get; }

    /// <param name="life">How long both are valid. Default: 30 days.</param>
    public static LoopbackCertificates Create(DateTimeOffset now, TimeSpan? life = null)
    {
        var end = now + (life ?? UsualLife);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=SpanRelay local authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var authority = request.CreateSelfSigned(now.AddMinutes(-5), end);
        return new LoopbackCertificates(authority.ExportCertificatePem(), CreateServer(authority, now, end));
    }

    public void Dispose() => Server.Dispose();

    private static X509Certificate2 CreateServer(X509Certificate2 authority, DateTimeOffset now, DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        using var signed = request.Create(authority, now.AddMinutes(-5), end, RandomNumberGenerator.GetBytes(16));
        using var withKey = signed.CopyWithPrivateKey(key);
        // Windows takes a key for TLS only from a certificate that was loaded as a whole.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }
}
