using Amqp.Framing;
using Disposition = Amqp.Framing.Dispose;

namespace SpanRelay.Local.EventHub.Amqp.Sessions;

/// <summary>A client sends. Each message is settled as soon as it is whole, or too large.</summary>
internal sealed class IncomingLink(Attach attach, ILinkTarget target, AmqpSession session, BufferBudget budget) : AmqpLink(attach.Handle)
{
    private PartialMessage? _partial;
    private uint _deliveryCount = attach.InitialDeliveryCount;
    private uint _sinceFlow;

    public override Task RunAsync() => GrantAsync();

    public override Task OnFlowAsync(Flow flow) => flow.Echo ? GrantAsync() : Task.CompletedTask;

    public override async Task OnTransferAsync(Transfer transfer, ReadOnlyMemory<byte> payload)
    {
        if (_partial is null && !transfer.More)
        {
            await EndAsync(transfer, Receive(transfer, payload));
            return;
        }

        _partial ??= new PartialMessage(transfer, budget);
        if (!_partial.TryAppend(payload)) await SettleAsync(_partial.First, new Rejected { Error = _partial.Refusal });
        if (transfer.Aborted || !transfer.More) await EndPartialAsync(_partial, transfer.Aborted);
    }

    public override void Dispose() => _partial?.Dispose();

    private async Task EndPartialAsync(PartialMessage partial, bool isAborted)
    {
        var outcome = isAborted || partial.Refusal is not null ? null : Receive(partial.First, partial.ToArray());
        partial.Dispose();
        _partial = null;
        await EndAsync(partial.First, outcome);
    }

    private Outcome Receive(Transfer transfer, ReadOnlyMemory<byte> bytes) => bytes.Length > LocalEventHub.MaxPublicationBytes
        ? new Rejected { Error = AmqpErrors.MessageTooLarge }
        : target.Receive(new IncomingMessage(transfer.MessageFormat, bytes));

    /// <param name="transfer">The message's first.</param>
    /// <param name="outcome">Null when it needs none, or has it.</param>
    private async Task EndAsync(Transfer transfer, Outcome? outcome)
    {
        _deliveryCount++;
        if (outcome is not null) await SettleAsync(transfer, outcome);
        if (++_sinceFlow >= AmqpLimits.SendCredit / 2) await GrantAsync();
    }

    private Task SettleAsync(Transfer transfer, Outcome outcome) => transfer.Settled
        ? Task.CompletedTask
        : session.WriteAsync(new Disposition { Role = true, First = transfer.DeliveryId, Last = transfer.DeliveryId, Settled = true, State = outcome });

    private Task GrantAsync()
    {
        _sinceFlow = 0;
        return session.WriteFlowAsync(new Flow { Handle = Handle, DeliveryCount = _deliveryCount, LinkCredit = AmqpLimits.SendCredit });
    }
}
