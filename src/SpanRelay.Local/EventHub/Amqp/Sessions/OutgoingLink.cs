using Amqp.Framing;
using SpanRelay.Fakes;

namespace SpanRelay.Local.EventHub.Amqp.Sessions;

/// <summary>A client receives: as many messages as it gives credit for, in the order of the source.</summary>
internal sealed class OutgoingLink : AmqpLink
{
    private readonly CancellationTokenSource _ended = new();
    private readonly LinkCredit _credit = new();
    private readonly Signal _changed = new();
    private readonly ILinkSource _source;
    private readonly AmqpSession _session;
    private readonly bool _isSettled;

    public OutgoingLink(Attach attach, ILinkSource source, AmqpSession session)
        : base(attach.Handle)
    {
        _source = source;
        _session = session;
        _isSettled = attach.SndSettleMode == SenderSettleMode.Settled;
        source.Changed += _changed.Raise;
    }

    public override async Task RunAsync()
    {
        while (true)
        {
            await _changed.WhenAsync(HasWork, _ended.Token);
            if (_source.Failure is { } failure)
            {
                await _session.DetachAsync(this, failure);
                return;
            }

            await SendAsync();
        }
    }

    public override async Task OnFlowAsync(Flow flow)
    {
        _credit.Update(flow);
        _changed.Raise();
        if (flow.Echo) await _session.WriteFlowAsync(_credit.ToFlow(Handle, drained: false));
    }

    public override Task OnTransferAsync(Transfer transfer, ReadOnlyMemory<byte> payload) => Task.CompletedTask;

    public override void Dispose()
    {
        _source.Changed -= _changed.Raise;
        _source.Dispose();
        _ended.Cancel();
    }

    private bool HasWork() => _source.Failure is not null || (_credit.IsGiven && (_source.HasMessage || _credit.IsDraining));

    private async Task SendAsync()
    {
        if (_source.Take() is { } message)
        {
            _credit.Use();
            await _session.SendAsync(this, message, _isSettled);
            return;
        }

        if (!_credit.IsDraining) return;
        _credit.UseUp();
        await _session.WriteFlowAsync(_credit.ToFlow(Handle, drained: true));
    }
}
