using Amqp.Framing;
using SpanRelay.Local.EventHub.Amqp.Messages;
using SpanRelay.Local.EventHub.Amqp.Sessions;

namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary>Appends what a client publishes.</summary>
/// <param name="hub">The hub to append to.</param>
/// <param name="partition">Null to choose it by the partition key, or in turn.</param>
internal sealed class EventPublisher(LocalEventHub hub, int? partition) : ILinkTarget
{
    public Outcome Receive(IncomingMessage message)
    {
        if (EventReader.Read(message) is not { } published) return new Rejected { Error = AmqpErrors.Undecodable };
        if (!hub.Throughput.TryTake(published.Events)) return new Rejected { Error = AmqpErrors.ServerBusy };
        hub.AppendBatch(published.Events, published.PartitionKey, partition);
        return new Accepted();
    }
}
