using SpanRelay.Local.EventHub.Amqp.Wire;

namespace SpanRelay.Local.EventHub.Amqp.Sessions;

/// <summary>Empty frames, so that a client does not give up a connection on which nothing happens.</summary>
internal static class Heartbeat
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <param name="writer">The connection's.</param>
    /// <param name="idleTimeout">The client's, in milliseconds; 0 if it has none.</param>
    /// <param name="cancellationToken">The connection ends.</param>
    public static async Task RunAsync(FrameWriter writer, uint idleTimeout, CancellationToken cancellationToken)
    {
        if (idleTimeout == 0) return;
        var half = TimeSpan.FromMilliseconds(Math.Min(idleTimeout, int.MaxValue) / 2);
        // The client's clock counts: no test's.
        using var timer = new PeriodicTimer(half < Shortest ? Shortest : half, TimeProvider.System);
        while (await timer.WaitForNextTickAsync(cancellationToken)) await writer.WriteHeartbeatAsync(cancellationToken);
    }
}
