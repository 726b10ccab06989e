namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary>The reply queues of a connection, by address.</summary>
internal sealed class Replies
{
    private readonly Dictionary<string, ReplyQueue> _queues = [];

    /// <summary>Creates a queue that is found under each of the names.</summary>
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
