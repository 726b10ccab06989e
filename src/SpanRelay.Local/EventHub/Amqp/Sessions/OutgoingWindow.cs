using Amqp.Framing;
using SpanRelay.Fakes;

namespace SpanRelay.Local.EventHub.Amqp.Sessions;

/// <summary>How many more frames of transfers a client takes in a session.</summary>
internal sealed class OutgoingWindow(uint incomingWindow)
{
    private readonly Lock _lock = new();
    private readonly Signal _opened = new();
    private uint _next;
    private uint _room = incomingWindow;

    /// <summary>The number of the next frame.</summary>
    public uint Next
    {
        get
        {
            lock (_lock) return _next;
        }
    }

    public void Update(Flow flow)
    {
        lock (_lock)
        {
            // A client that has not seen the Begin counts from 0, as this side does.
            var room = unchecked((int)(flow.NextIncomingId + flow.IncomingWindow - _next));
            _room = flow.IncomingWindow > int.MaxValue ? int.MaxValue : (uint)Math.Max(room, 0);
        }

        _opened.Raise();
    }

    public Task TakeAsync(CancellationToken cancellationToken) => _opened.WhenAsync(TryTake, cancellationToken);

    private bool TryTake()
    {
        lock (_lock)
        {
            if (_room == 0) return false;
            _room--;
            _next++;
            return true;
        }
    }
}
