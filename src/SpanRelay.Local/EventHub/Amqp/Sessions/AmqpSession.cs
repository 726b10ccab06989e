using System.Buffers.Binary;
using System.Collections.Concurrent;
using Amqp.Framing;
using Amqp.Types;
using Disposition = Amqp.Framing.Dispose;

namespace SpanRelay.Local.EventHub.Amqp.Sessions;

/// <summary>A session of a connection: its links, and what numbers transfers.</summary>
internal sealed class AmqpSession(ushort channel, Begin begin, ConnectionContext connection) : IDisposable
{
    // Transfers are handled as they are read, so the window never closes.
    private const uint IncomingWindow = int.MaxValue;

    // What a transfer may take in a frame beside its payload.
    private const int TransferBytes = 64;

    private readonly ConcurrentDictionary<uint, AmqpLink> _links = new();
    private readonly OutgoingWindow _window = new(begin.IncomingWindow);
    private uint _nextIncomingId = begin.NextOutgoingId;
    private uint _nextDeliveryId;

    public int LinkCount => _links.Count;

    public Task AnswerAsync() => WriteAsync(new Begin
    {
        RemoteChannel = channel,
        NextOutgoingId = 0,
        IncomingWindow = IncomingWindow,
        OutgoingWindow = IncomingWindow,
        HandleMax = AmqpLimits.MaxLinks - 1,
    });

    /// <returns>What the client did that it must not; null if nothing.</returns>
    public async Task<Error?> HandleAsync(DescribedList performative, ReadOnlyMemory<byte> payload)
    {
        switch (performative)
        {
            case Attach attach: return await AttachAsync(attach);
            case Flow flow: await OnFlowAsync(flow); break;
            case Transfer transfer: await OnTransferAsync(transfer, payload); break;
            case Disposition disposition: await OnDispositionAsync(disposition); break;
            case Detach detach: await OnDetachAsync(detach); break;
            default: return AmqpErrors.NotAllowed($"{performative.Descriptor.Name} is not expected in a session.");
        }

        return null;
    }

    public Task WriteAsync(DescribedList performative) => connection.Writer.WriteAsync(channel, performative, connection.Closing);

    public Task WriteFlowAsync(Flow flow)
    {
        flow.NextIncomingId = _nextIncomingId;
        flow.IncomingWindow = IncomingWindow;
        flow.NextOutgoingId = _window.Next;
        flow.OutgoingWindow = IncomingWindow;
        return WriteAsync(flow);
    }

    public async Task SendAsync(AmqpLink link, ReadOnlyMemory<byte> message, bool isSettled)
    {
        uint? id = null;
        do
        {
            await _window.TakeAsync(connection.Closing);
            var part = message[..Math.Min(message.Length, connection.PeerFrameBytes - TransferBytes)];
            message = message[part.Length..];
            var isMore = !message.IsEmpty;
            await connection.Writer.WriteAsync(channel, () => Number(new Transfer { Handle = link.Handle, Settled = isSettled, More = isMore }, ref id), part, connection.Closing);
        }
        while (!message.IsEmpty);
    }

    public async Task DetachAsync(AmqpLink link, Error error)
    {
        if (!_links.TryRemove(new KeyValuePair<uint, AmqpLink>(link.Handle, link))) return;
        await WriteAsync(new Detach { Handle = link.Handle, Closed = true, Error = error });
        link.Dispose();
    }

    public void Dispose()
    {
        foreach (var link in _links.Values) link.Dispose();
    }

    // In the order of writing: clients end a session whose delivery ids have gaps.
    private Transfer Number(Transfer transfer, ref uint? id)
    {
        if (id is null)
        {
            id = _nextDeliveryId++;
            transfer.MessageFormat = 0;
            transfer.DeliveryTag = new byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(transfer.DeliveryTag, id.Value);
        }

        transfer.DeliveryId = id.Value;
        return transfer;
    }

    private async Task<Error?> AttachAsync(Attach attach)
    {
        if (attach.Handle >= AmqpLimits.MaxLinks || _links.ContainsKey(attach.Handle)) return AmqpErrors.NotAllowed($"The handle {attach.Handle} is in use or too large.");
        var opened = connection.IsFull ? AmqpErrors.TooManyLinks : Open(attach, out var link) ?? Add(link!);
        await WriteAsync(AttachAnswer.Create(attach, isRefused: opened is not null));
        if (opened is not null)
            await WriteAsync(new Detach { Handle = attach.Handle, Closed = true, Error = opened });
        else
            connection.Run(_links[attach.Handle].RunAsync());
        return null;
    }

    private Error? Open(Attach attach, out AmqpLink? link)
    {
        link = null;
        if (attach.Role)
        {
            var opening = connection.Opener.OpenSource(attach);
            if (opening.Endpoint is { } source) link = new OutgoingLink(attach, source, this);
            return opening.Refusal;
        }

        var target = connection.Opener.OpenTarget(attach);
        if (target.Endpoint is not null) link = new IncomingLink(attach, target.Endpoint, this, connection.Budget);
        return target.Refusal;
    }

    private Error? Add(AmqpLink link)
    {
        _links[link.Handle] = link;
        return null;
    }

    // A handle without a link belongs to one that was refused or ended from this side, which the client has not seen yet.
    private async Task OnFlowAsync(Flow flow)
    {
        _window.Update(flow);
        if (flow.HasHandle && _links.TryGetValue(flow.Handle, out var link))
            await link.OnFlowAsync(flow);
        else if (flow.Echo && !flow.HasHandle)
            await WriteFlowAsync(new Flow());
    }

    private async Task OnTransferAsync(Transfer transfer, ReadOnlyMemory<byte> payload)
    {
        _nextIncomingId++;
        if (_links.TryGetValue(transfer.Handle, out var link)) await link.OnTransferAsync(transfer, payload);
    }

    /// <summary>A delivery is forgotten once it is sent: a client that waits for its settlement gets it.</summary>
    private async Task OnDispositionAsync(Disposition disposition)
    {
        if (!disposition.Role || disposition.Settled) return;
        await WriteAsync(new Disposition
        {
            Role = false,
            First = disposition.First,
            Last = Math.Max(disposition.First, disposition.Last),
            Settled = true,
            State = disposition.State,
        });
    }

    private async Task OnDetachAsync(Detach detach)
    {
        if (!_links.TryRemove(detach.Handle, out var link)) return;
        link.Dispose();
        await WriteAsync(new Detach { Handle = detach.Handle, Closed = detach.Closed });
    }
}
