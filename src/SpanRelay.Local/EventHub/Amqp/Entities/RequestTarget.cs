using Amqp.Framing;
using SpanRelay.Local.EventHub.Amqp.Sessions;

namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary>Handles requests, and adds each reply to the queue that the request names.</summary>
internal sealed class RequestTarget(Replies replies, IRequestHandler handler) : ILinkTarget
{
    public Outcome Receive(IncomingMessage message)
    {
        if (Request.Read(message.Bytes) is not { } request) return new Rejected { Error = AmqpErrors.Undecodable };
        if (replies.Find(request.ReplyTo) is not { } queue) return new Rejected { Error = AmqpErrors.NotFound(request.ReplyTo ?? "") };
        return queue.TryAdd(handler.Answer(request).Encode(request.Id)) ? new Accepted() : new Rejected { Error = AmqpErrors.TooManyBufferedBytes };
    }
}
