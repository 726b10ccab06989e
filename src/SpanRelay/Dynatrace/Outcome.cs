using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace SpanRelay.Dynatrace;

/// <summary>What happened to a request, named by what happens next.</summary>
public enum Outcome
{
    /// <summary>Accepted. Nothing is left to do.</summary>
    Delivered,

    /// <summary>Accepted, but some spans were rejected. The server says why; a retry would be pointless.</summary>
    DeliveredInPart,

    /// <summary>Dynatrace, or the network on the way, is busy or down. Retried, then held until the batch is redelivered.</summary>
    RetryLater,

    /// <summary>No request will succeed until someone fixes the token, the address or the network. The batch is held and redelivered.</summary>
    Blocked,

    /// <summary>This payload is rejected, and would be again. Others may be accepted.</summary>
    Rejected,

    /// <summary>The request is too large: smaller ones with the same spans may be accepted.</summary>
    TooLarge,
}

internal static class Outcomes
{
    /// <summary>
    /// A status that no other payload would change is <see cref="Outcome.Blocked"/>, even where it is a client
    /// error: dead-lettering spans because of a wrong address would dead-letter all of them.
    /// </summary>
    public static Outcome FromStatus(HttpStatusCode status) => (int)status switch
    {
        200 => Outcome.Delivered,
        413 => Outcome.TooLarge,
        408 or 429 => Outcome.RetryLater,

        // Redirects, and successes that are not OTLP: something other than Dynatrace responds.
        < 400 => Outcome.Blocked,

        // The token, the account, the address, the method, the way there, the protocol, the headers, the law.
        401 or 402 or 403 or 404 or 405 or 407 or 410 or 414 or 421 or 426 or 431 or 451 or 501 or 505 or 511 => Outcome.Blocked,
        < 500 => Outcome.Rejected,
        _ => Outcome.RetryLater,
    };

    public static Outcome FromFailure(HttpRequestException failure) => failure.HttpRequestError switch
    {
        // No DNS server responds; a name that does not exist is Blocked.
        HttpRequestError.NameResolutionError when failure.InnerException is SocketException { SocketErrorCode: SocketError.TryAgain } => Outcome.RetryLater,
        HttpRequestError.NameResolutionError or HttpRequestError.UserAuthenticationError => Outcome.Blocked,

        // A certificate that is not trusted. A broken handshake may succeed the next time.
        HttpRequestError.SecureConnectionError when failure.InnerException is AuthenticationException { InnerException: not IOException } => Outcome.Blocked,
        HttpRequestError.ProxyTunnelError when failure.StatusCode is { } status => FromStatus(status) == Outcome.RetryLater ? Outcome.RetryLater : Outcome.Blocked,
        _ => Outcome.RetryLater,
    };

    internal static FailureKind KindOf(HttpRequestException failure) => failure.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError when failure.InnerException is SocketException { SocketErrorCode: SocketError.TryAgain } => FailureKind.DnsUnavailable,
        HttpRequestError.NameResolutionError => FailureKind.DnsNameNotFound,
        HttpRequestError.ProxyTunnelError => FailureKind.ProxyRefused,
        HttpRequestError.UserAuthenticationError or HttpRequestError.SecureConnectionError => FindCertificateFailure(failure)?.Kind ?? FailureKind.TlsFailed,
        _ when failure.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } => FailureKind.ConnectionRefused,
        _ when failure.InnerException is SocketException { SocketErrorCode: SocketError.TimedOut } => FailureKind.ConnectTimedOut,
        _ => FailureKind.ConnectionBroken,
    };

    /// <summary>There was no connection, so nothing was sent.</summary>
    internal static bool IsBeforeSending(HttpRequestException failure) => failure.HttpRequestError
        is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
        or HttpRequestError.UserAuthenticationError or HttpRequestError.ProxyTunnelError;

    /// <summary>The spans stay in the Event Hub: the invocation must fail.</summary>
    public static bool IsHeld(this Outcome outcome) => outcome is Outcome.RetryLater or Outcome.Blocked;

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
