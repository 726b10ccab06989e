using Microsoft.Extensions.Logging;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>What a processor needs of its listener.</summary>
internal sealed class ListenerScope(ILogger logger, CancellationToken stopping)
{
    public ILogger Logger => logger;

    /// <summary>The host starts no new invocation, and writes no further checkpoint.</summary>
    public bool IsStopping => stopping.IsCancellationRequested;
}
