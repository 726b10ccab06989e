using System.Net.Http;
using System.Net.Sockets;

namespace SpanRelay.Dynatrace;

/// <summary>Why a request got no response, as far as this side can tell.</summary>
public enum FailureKind
{
    /// <summary>There was a response; its status says the rest.</summary>
    None,

    DnsNameNotFound,

    /// <summary>No DNS server responds.</summary>
    DnsUnavailable,

    ConnectionRefused,

    /// <summary>The connection was not established in time.</summary>
    ConnectTimedOut,

    /// <summary>The connection could not be established for another reason, or broke.</summary>
    ConnectionBroken,

    /// <summary>The request was sent, and no response came in time.</summary>
    TimedOut,

    CertificateExpired,
    CertificateSelfSigned,
    CertificateOfUnknownAuthority,
    CertificateForAnotherName,

    /// <summary>Any other TLS failure.</summary>
    TlsFailed,

    /// <summary>The proxy refused the connection.</summary>
    ProxyRefused,

    /// <summary>Not sent: there is no token. <see cref="Response.Vault"/> says why.</summary>
    NoToken,

    /// <summary>Not sent: a single span is larger than a request may be.</summary>
    SpanTooLarge,

    /// <summary>Not Dynatrace: the storage account does not accept what must be dead-lettered.</summary>
    StorageUnavailable,
}

internal static class FailureKinds
{
    public static FailureKind From(HttpRequestException failure) => failure.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError when failure.InnerException is SocketException { SocketErrorCode: SocketError.TryAgain } => FailureKind.DnsUnavailable,
        HttpRequestError.NameResolutionError => FailureKind.DnsNameNotFound,
        HttpRequestError.ProxyTunnelError => FailureKind.ProxyRefused,
        HttpRequestError.UserAuthenticationError or HttpRequestError.SecureConnectionError => FindCertificateFailure(failure)?.Kind ?? FailureKind.TlsFailed,
        _ when failure.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } => FailureKind.ConnectionRefused,
        _ when failure.InnerException is SocketException { SocketErrorCode: SocketError.TimedOut } => FailureKind.ConnectTimedOut,
        _ => FailureKind.ConnectionBroken,
    };

    private static CertificateException? FindCertificateFailure(Exception failure)
    {
        for (var inner = failure.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is CertificateException certificate)
                return certificate;
        }

        return null;
    }
}
