using SpanRelay.Local.EventHub.Amqp.Sessions;

namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary>A hub as its clients see it: what all connections share.</summary>
internal sealed class HubEntities(LocalEventHub hub, SharedAccessPolicy policy)
{
    public LocalEventHub Hub => hub;

    public SharedAccessPolicy Policy => policy;

    public PartitionReaders Readers { get; } = new();

    public ILinkOpener ForConnection() => new ConnectionEntities(this);
}
