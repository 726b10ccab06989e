using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SpanRelay.Dynatrace;

/// <summary>
/// Certificates that are trusted besides the system's. Names, dates and signatures are verified as usual; there is no way to
/// turn that off.
/// </summary>
internal sealed class CaCertificates
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private const int MaxFileLength = 1024 * 1024;

    private readonly X509Certificate2Collection _certificates;

    private CaCertificates(X509Certificate2Collection certificates) => _certificates = certificates;

    public static CaCertificates None { get; } = new([]);

    /// <param name="text">A PEM file's path, or PEM itself; of the latter, line breaks may be written as \n.</param>
    /// <param name="problem">What is wrong, to follow the setting's name.</param>
    public static bool TryRead(string text, [NotNullWhen(true)] out CaCertificates? certificates, [NotNullWhen(false)] out string? problem)
    {
        certificates = null;
        problem = null;
        var found = new X509Certificate2Collection();
        try
        {
            if (text.Contains("-----BEGIN", StringComparison.Ordinal))
                found.ImportFromPem(text.Replace("\\n", "\n", StringComparison.Ordinal));
            else
                found.ImportFromPem(ReadFile(text));
        }
        catch (CryptographicException)
        {
            problem = "cannot be read: a certificate in it is damaged or not PEM (-----BEGIN CERTIFICATE-----).";
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problem = "is neither PEM certificates (-----BEGIN CERTIFICATE-----) nor a file of up to 1 MiB that the app can read.";
            return false;
        }

        if (found.Count == 0)
            problem = "holds no certificate: it takes PEM (-----BEGIN CERTIFICATE-----), or the path of a PEM file.";
        else if (!found.Any(IsSelfIssued))
            problem = "holds no root certificate: add the one that issued the others, or the ActiveGate's own if it is self-signed.";
        else
            certificates = new CaCertificates(found);
        return certificates is not null;
    }

    /// <summary>The name may lead to something without an end.</summary>
    private static string ReadFile(string path)
    {
        using var reader = new StreamReader(path);
        var start = new char[MaxFileLength + 1];
        var length = reader.ReadBlock(start);
        return length <= MaxFileLength ? new string(start, 0, length) : throw new IOException("The file is too large.");
    }

    internal SslClientAuthenticationOptions ToTlsOptions() => new()
    {
        CertificateChainPolicy = _certificates.Count == 0 ? null : Policy(),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            errors == SslPolicyErrors.None ? true : throw CertificateException.From(errors, certificate as X509Certificate2, chain),
    };

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // As without a policy.
        };
        policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        foreach (var certificate in _certificates)
            (IsSelfIssued(certificate) ? policy.CustomTrustStore : policy.ExtraStore).Add(certificate);
        AddSystemRoots(policy.CustomTrustStore);
        return policy;
    }

    private static void AddSystemRoots(X509Certificate2Collection roots)
    {
        foreach (var location in (ReadOnlySpan<StoreLocation>)[StoreLocation.LocalMachine, StoreLocation.CurrentUser])
        {
            using var store = new X509Store(StoreName.Root, location);
            try
            {
                store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
                roots.AddRange(store.Certificates);
            }
            catch (CryptographicException)
            {
                // This system has no such store.
            }
        }
    }

    private static bool IsSelfIssued(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
