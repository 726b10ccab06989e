namespace SpanRelay.Local.EventHub.Amqp.Sessions;

/// <summary>Bounds what all connections together hold of messages that are not yet whole.</summary>
internal sealed class BufferBudget(long maxBytes)
{
    private long _used;

    public long Used => Interlocked.Read(ref _used);

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= maxBytes) return true;
        Return(bytes);
        return false;
    }

    public void Return(int bytes) => Interlocked.Add(ref _used, -bytes);
}
