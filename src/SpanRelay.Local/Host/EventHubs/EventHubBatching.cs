using SpanRelay.Local.Host.Configuration;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>How many events an invocation takes: host.json's extensions.eventHubs.</summary>
/// <param name="MaxEvents">The most events of one invocation.</param>
/// <param name="MinEvents">The number of events to wait for.</param>
/// <param name="MaxWait">The longest wait for them.</param>
/// <param name="PrefetchCount">Events of a partition that wait in memory.</param>
internal sealed record EventHubBatching(int MaxEvents, int MinEvents, TimeSpan MaxWait, int PrefetchCount)
{
    private const string Extension = "eventHubs";

    public static EventHubBatching Read(HostConfiguration configuration)
    {
        var max = configuration.ExtensionNumber(Extension, "maxEventBatchSize", 100);
        var min = configuration.ExtensionNumber(Extension, "minEventBatchSize", 1);
        if (min < 1 || max < min)
        {
            throw new LocalSystemException(
                $"host.json: extensions.eventHubs.minEventBatchSize is {min} and maxEventBatchSize {max}; they must be at least 1, and the first no more than the second.");
        }

        var wait = configuration.ExtensionInterval(Extension, "maxWaitTime", TimeSpan.FromMinutes(1));
        return new EventHubBatching(max, min, wait, Math.Max(0, configuration.ExtensionNumber(Extension, "prefetchCount", 300)));
    }
}
