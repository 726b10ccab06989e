using Amqp.Framing;

namespace SpanRelay.Local.EventHub.Amqp.Sessions;

/// <summary>A link of a session, under the handle that the client chose: both sides use the same.</summary>
internal abstract class AmqpLink(uint handle) : IDisposable
{
    public uint Handle => handle;

    /// <summary>Runs until the link is disposed.</summary>
    public abstract Task RunAsync();

    public abstract Task OnFlowAsync(Flow flow);

    public abstract Task OnTransferAsync(Transfer transfer, ReadOnlyMemory<byte> payload);

    public abstract void Dispose();
}
