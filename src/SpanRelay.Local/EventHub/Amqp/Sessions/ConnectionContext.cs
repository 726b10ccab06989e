using SpanRelay.Local.EventHub.Amqp.Wire;

namespace SpanRelay.Local.EventHub.Amqp.Sessions;

/// <summary>What a connection offers its sessions.</summary>
internal sealed class ConnectionContext
{
    public required FrameWriter Writer { get; init; }

    public required ILinkOpener Opener { get; init; }

    public required BufferBudget Budget { get; init; }

    /// <summary>The connection ends.</summary>
    public required CancellationToken Closing { get; init; }

    /// <summary>Runs something until the connection ends, which is also ended when it fails.</summary>
    public required Action<Task> Run { get; init; }

    /// <summary>The connection has as many links as it may have.</summary>
    public required Func<bool> IsFullNow { get; init; }

    public bool IsFull => IsFullNow();

    /// <summary>The largest frame that the client takes.</summary>
    public int PeerFrameBytes { get; set; } = 512;
}
