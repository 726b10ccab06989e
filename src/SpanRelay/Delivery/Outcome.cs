using System.Net;

namespace SpanRelay.Delivery;

/// <summary>What became of a request, named by what happens next.</summary>
public enum Outcome
{
    /// <summary>Accepted. Nothing is left to do.</summary>
    Delivered,

    /// <summary>Accepted, but some spans were refused. Those are lost to Dynatrace; the server says why.</summary>
    DeliveredInPart,

    /// <summary>Dynatrace or the way there is busy or down. The batch is held and comes again.</summary>
    RetryLater,

    /// <summary>Nothing will pass until someone mends the token, the address or the network. The batch is held and comes again.</summary>
    Blocked,

    /// <summary>This payload is refused, and would be again. Others may pass.</summary>
    Rejected,
}

public static class Outcomes
{
    public static Outcome OfStatus(HttpStatusCode status) => (int)status switch
    {
        200 => Outcome.Delivered,
        408 or 429 => Outcome.RetryLater,
        401 or 403 or 404 or 405 or 407 => Outcome.Blocked,
        < 400 => Outcome.Blocked, // Redirects, and successes that are not OTLP's: something else than Dynatrace answers.
        < 500 => Outcome.Rejected,
        _ => Outcome.RetryLater,
    };

    public static Outcome OfFailure(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError => Outcome.Blocked,
        _ => Outcome.RetryLater,
    };

    /// <summary>The spans stay in the Event Hub: the invocation must fail.</summary>
    public static bool IsHeld(this Outcome outcome) => outcome is Outcome.RetryLater or Outcome.Blocked;
}
