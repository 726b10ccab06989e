using Microsoft.Extensions.Logging;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>What a listener tells its processor.</summary>
internal sealed class ListenerScope(ILogger logger, CancellationToken stopping)
{
    public ILogger Logger => logger;

    /// <summary>The host takes nothing new, and writes no checkpoint any more.</summary>
    public bool IsStopping => stopping.IsCancellationRequested;
}
