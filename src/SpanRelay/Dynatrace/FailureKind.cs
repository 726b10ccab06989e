namespace SpanRelay.Dynatrace;

/// <summary>Why a request got no response, as far as the client can tell.</summary>
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
