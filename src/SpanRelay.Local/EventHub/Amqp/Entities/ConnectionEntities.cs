using Amqp.Framing;
using SpanRelay.Local.EventHub.Amqp.Sessions;

namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary>A hub as one connection sees it, with the tokens that were put on it.</summary>
internal sealed class ConnectionEntities : ILinkOpener
{
    private readonly Replies _replies = new();
    private readonly HubEntities _entities;
    private readonly ConnectionTokens _tokens;

    public ConnectionEntities(HubEntities entities)
    {
        _entities = entities;
        _tokens = new ConnectionTokens(entities.Policy);
    }

    public LinkOpening<ILinkTarget> OpenTarget(Attach attach)
    {
        var text = (attach.Target as Target)?.Address;
        if (EntityAddress.Parse(text) is not { } address) return AmqpErrors.NotFound(text ?? "");
        if (IsNode(address, EntityAddress.Tokens)) return new RequestTarget(_replies, new TokenHandler(_tokens));
        if (IsNode(address, EntityAddress.Management)) return new RequestTarget(_replies, new ManagementHandler(_entities.Hub, _tokens));
        if (Check(address, out var partition) is { } refusal) return refusal;
        return new EventPublisher(_entities.Hub, partition);
    }

    public LinkOpening<ILinkSource> OpenSource(Attach attach)
    {
        var source = attach.Source as Source;
        if (EntityAddress.Parse(source?.Address) is not { } address) return AmqpErrors.NotFound(source?.Address ?? "");
        if (IsNode(address, EntityAddress.Tokens) || IsNode(address, EntityAddress.Management))
        {
            // JavaScript's client names no target here: its requests ask for the answer at the link's name.
            return _replies.Open((attach.Target as Target)?.Address ?? attach.LinkName, attach.LinkName);
        }

        if (Check(address, out var partition) is { } refusal) return refusal;
        if (partition is null || address.ConsumerGroup is null) return AmqpErrors.NotFound(address.Path);
        if (!StartPosition.TryRead(source!, out var start, out var filter)) return AmqpErrors.BadFilter(filter);
        return PartitionReader.Open(_entities, new ReaderRequest(address.ConsumerGroup, partition.Value, start, attach));
    }

    private static bool IsNode(EntityAddress address, string node) => string.Equals(address.Hub, node, StringComparison.OrdinalIgnoreCase);

    private Error? Check(EntityAddress address, out int? partition)
    {
        partition = null;
        if (!string.Equals(address.Hub, _entities.Hub.Name, StringComparison.OrdinalIgnoreCase)) return AmqpErrors.NotFound(address.Hub);
        if (!_tokens.Cover(address.Path)) return AmqpErrors.Unauthorized(address.Path);
        if (address.Partition is null) return null;
        if (!_entities.Hub.TryParsePartition(address.Partition, out var number)) return AmqpErrors.NoSuchPartition(address.Partition);
        partition = number;
        return null;
    }
}
