namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary>Where a connection's requests are answered.</summary>
internal sealed class Replies
{
    private readonly Dictionary<string, ReplyQueue> _queues = [];

    /// <summary>The same queue under every name it may be asked for.</summary>
    public ReplyQueue Open(params string[] names)
    {
        var queue = new ReplyQueue(closed => Remove(closed));
        foreach (var name in names) _queues[name] = queue;
        return queue;
    }

    public ReplyQueue? Find(string? name) => name is null ? null : _queues.GetValueOrDefault(name);

    private void Remove(ReplyQueue queue)
    {
        foreach (var (name, found) in _queues.ToList())
        {
            if (found == queue) _queues.Remove(name);
        }
    }
}
