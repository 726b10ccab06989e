using System.Net.Sockets;

namespace SpanRelay.Dynatrace;

/// <summary>What kept a request from being answered, as far as this side can tell.</summary>
public enum FailureKind
{
    /// <summary>There was an answer; its status says the rest.</summary>
    None,

    /// <summary>The name does not exist.</summary>
    DnsNameNotFound,

    /// <summary>No name server answers.</summary>
    DnsUnavailable,

    /// <summary>Nobody listens at the address and port.</summary>
    ConnectionRefused,

    /// <summary>It could not be made, or broke off.</summary>
    ConnectionBroken,

    /// <summary>Nothing came in time.</summary>
    TimedOut,

    CertificateExpired,
    CertificateSelfSigned,
    CertificateOfUnknownAuthority,
    CertificateForAnotherName,

    /// <summary>Anything else that is wrong with TLS.</summary>
    TlsFailed,

    /// <summary>The proxy on the way does not let it through.</summary>
    ProxyRefused,

    /// <summary>Key Vault does not let the app read the token.</summary>
    VaultForbidden,

    /// <summary>Key Vault has no such secret.</summary>
    SecretMissing,

    /// <summary>The secret's version is disabled.</summary>
    SecretDisabled,

    /// <summary>The secret's value is no Dynatrace token.</summary>
    SecretIsNoToken,

    /// <summary>Key Vault, or the login to Azure, does not answer as it should.</summary>
    VaultUnavailable,

    /// <summary>A single span is larger than a request may be.</summary>
    SpanTooLarge,

    /// <summary>Not Dynatrace: the storage account does not take what is to be set aside.</summary>
    StorageUnavailable,
}

internal static class FailureKinds
{
    public static FailureKind Of(HttpRequestException failure) => failure.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError when failure.InnerException is SocketException { SocketErrorCode: SocketError.TryAgain } => FailureKind.DnsUnavailable,
        HttpRequestError.NameResolutionError => FailureKind.DnsNameNotFound,
        HttpRequestError.ProxyTunnelError => FailureKind.ProxyRefused,
        HttpRequestError.UserAuthenticationError or HttpRequestError.SecureConnectionError => CertificateOf(failure)?.Kind ?? FailureKind.TlsFailed,
        _ when failure.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } => FailureKind.ConnectionRefused,
        _ => FailureKind.ConnectionBroken,
    };

    private static CertificateException? CertificateOf(Exception failure)
    {
        for (var inner = failure.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is CertificateException certificate)
                return certificate;
        }

        return null;
    }
}
