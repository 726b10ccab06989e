using Amqp.Framing;

namespace SpanRelay.Local.EventHub.Amqp.Sessions;

/// <summary>How many messages a client will take: what it last said, less what has been sent since.</summary>
internal sealed class LinkCredit
{
    private readonly Lock _lock = new();
    private uint _deliveryCount;
    private uint _credit;
    private bool _isDraining;

    public bool IsGiven
    {
        get
        {
            lock (_lock) return _credit > 0;
        }
    }

    public bool IsDraining
    {
        get
        {
            lock (_lock) return _isDraining;
        }
    }

    public void Update(Flow flow)
    {
        lock (_lock)
        {
            // Both counts wrap around. A client repeats its credit; it does not add to it.
            var left = unchecked((int)(flow.DeliveryCount + flow.LinkCredit - _deliveryCount));
            _credit = (uint)Math.Max(left, 0);
            _isDraining = flow.Drain;
        }
    }

    public void Use()
    {
        lock (_lock)
        {
            _deliveryCount++;
            if (_credit > 0) _credit--;
        }
    }

    /// <summary>Gives back what a draining client offered and nothing is there for.</summary>
    public void UseUp()
    {
        lock (_lock)
        {
            _deliveryCount += _credit;
            _credit = 0;
            _isDraining = false;
        }
    }

    public Flow ToFlow(uint handle, bool drained)
    {
        lock (_lock) return new Flow { Handle = handle, DeliveryCount = _deliveryCount, LinkCredit = _credit, Drain = drained };
    }
}
