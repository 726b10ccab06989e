namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary>Answers the requests of one kind.</summary>
internal interface IRequestHandler
{
    Reply Answer(Request request);
}
