using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace SpanRelay.Dynatrace;

/// <summary>The server's certificate was rejected. The message says why and what to do.</summary>
internal sealed class CertificateException(FailureKind kind, string message) : AuthenticationException(message)
{
    private const string Setting = "Dynatrace__CaCertificates";
    private const int MaxName = 100;

    public FailureKind Kind => kind;

    /// <summary>Says what is wrong with a server's certificate.</summary>
    public static CertificateException From(SslPolicyErrors errors, X509Certificate2? certificate, X509Chain? chain)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return new(FailureKind.TlsFailed, "The server shows no certificate: is it TLS that listens on this port?");

        var status = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, each) => all | each.Status);
        var about = $"The server's certificate ({Subject(certificate)})";
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return new(FailureKind.CertificateExpired, about + Dates(chain!));
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return new(FailureKind.CertificateForAnotherName, $"{about} is for another name: it holds {Names(certificate)}. Use the name that the certificate holds in Dynatrace__Environment.");
        if ((status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) == 0)
            return new(FailureKind.TlsFailed, $"{about} is not accepted: {status}.");
        return IsSelfSigned(certificate)
            ? new(FailureKind.CertificateSelfSigned, $"{about} is self-signed, and neither the system nor {Setting} holds it: add it there, if it is the ActiveGate's.")
            : new(FailureKind.CertificateOfUnknownAuthority, $"{about} is issued by an authority ({OneLine.From(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true), MaxName)}) that neither the system nor {Setting} holds: add the authority's certificate there, if it is yours.");
    }

    private static string Dates(X509Chain chain)
    {
        var element = chain.ChainElements.FirstOrDefault(each => each.ChainElementStatus.Any(status => status.Status == X509ChainStatusFlags.NotTimeValid));
        var certificate = (element ?? chain.ChainElements[0]).Certificate;
        var which = certificate.Thumbprint == chain.ChainElements[0].Certificate.Thumbprint ? "" : $" hangs on one ({Subject(certificate)}) that";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{which} is valid from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd} to {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd} and not today: it has expired or this machine's clock is wrong. Renew it on the server.");
    }

    private static string Subject(X509Certificate2 certificate) =>
        OneLine.From(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), MaxName) is { Length: > 0 } name ? name : "without a name";

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString())))
            .Take(5).ToList();
        return names.Count > 0 ? OneLine.From(string.Join(", ", names), ResponseText.MaxLength) : "no name at all";
    }

    private static bool IsSelfSigned(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
