using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary>The answer to a request, with HTTP's status codes.</summary>
internal sealed record Reply(int Status, string Description, string? Condition = null, Map? Body = null)
{
    public ReadOnlyMemory<byte> Encode(object? requestId)
    {
        var message = new Message { Properties = new Properties(), ApplicationProperties = new ApplicationProperties() };
        if (requestId is not null) message.Properties.SetCorrelationId(requestId);
        message.ApplicationProperties["status-code"] = Status;
        message.ApplicationProperties["status-description"] = Description;
        if (Condition is not null) message.ApplicationProperties["error-condition"] = new Symbol(Condition);
        message.BodySection = new AmqpValue { Value = Body ?? [] };
        var buffer = message.Encode();
        return buffer.Buffer.AsMemory(buffer.Offset, buffer.Length);
    }
}
