using Amqp.Framing;

namespace SpanRelay.Local.EventHub.Amqp.Sessions;

/// <summary>What a client sends to over a link.</summary>
internal interface ILinkTarget
{
    /// <param name="message">Whole, and no larger than a publication may be.</param>
    /// <returns>Accepted, or rejected with a reason.</returns>
    Outcome Receive(IncomingMessage message);
}
