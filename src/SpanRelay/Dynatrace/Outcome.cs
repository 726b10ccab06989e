using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace SpanRelay.Dynatrace;

/// <summary>What became of a request, named by what happens next.</summary>
public enum Outcome
{
    /// <summary>Accepted. Nothing is left to do.</summary>
    Delivered,

    /// <summary>Accepted, but some spans were refused. Those are lost to Dynatrace; the server says why.</summary>
    DeliveredInPart,

    /// <summary>Dynatrace or the way there is busy or down. Tried again, then held until the batch comes again.</summary>
    RetryLater,

    /// <summary>Nothing will pass until someone mends the token, the address or the network. The batch is held and comes again.</summary>
    Blocked,

    /// <summary>This payload is refused, and would be again. Others may pass.</summary>
    Rejected,

    /// <summary>More than is taken at once: the same in smaller requests may pass.</summary>
    TooLarge,
}

public static class Outcomes
{
    /// <summary>
    /// What no other payload would change is <see cref="Outcome.Blocked"/>, even where the status is one of the client's
    /// faults: setting spans aside for a wrong address would lose all of them.
    /// </summary>
    public static Outcome OfStatus(HttpStatusCode status) => (int)status switch
    {
        200 => Outcome.Delivered,
        413 => Outcome.TooLarge,
        408 or 429 => Outcome.RetryLater,

        // Redirects, and successes that are not OTLP's: something else than Dynatrace answers.
        < 400 => Outcome.Blocked,

        // The token, the account, the address, the method, the way there, the protocol, the headers, the law.
        401 or 402 or 403 or 404 or 405 or 407 or 410 or 414 or 421 or 426 or 431 or 451 or 501 or 505 or 511 => Outcome.Blocked,
        < 500 => Outcome.Rejected,
        _ => Outcome.RetryLater,
    };

    public static Outcome OfFailure(HttpRequestException failure) => failure.HttpRequestError switch
    {
        // A name server that is out of reach; a name that does not exist is another matter.
        HttpRequestError.NameResolutionError when failure.InnerException is SocketException { SocketErrorCode: SocketError.TryAgain } => Outcome.RetryLater,
        HttpRequestError.NameResolutionError or HttpRequestError.UserAuthenticationError => Outcome.Blocked,

        // A certificate that is not trusted; a handshake that breaks off may pass the next time.
        HttpRequestError.SecureConnectionError when failure.InnerException is AuthenticationException { InnerException: not IOException } => Outcome.Blocked,
        HttpRequestError.ProxyTunnelError when failure.StatusCode is { } status => OfStatus(status) == Outcome.RetryLater ? Outcome.RetryLater : Outcome.Blocked,
        _ => Outcome.RetryLater,
    };

    /// <summary>The spans stay in the Event Hub: the invocation must fail.</summary>
    public static bool IsHeld(this Outcome outcome) => outcome is Outcome.RetryLater or Outcome.Blocked;
}
