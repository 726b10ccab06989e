using System.Globalization;
using Azure.Messaging.EventHubs.Consumer;
using SpanRelay.Local.Host.Configuration;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>How many events an invocation takes, and which is the first: host.json's extensions.eventHubs.</summary>
/// <param name="MaxEvents">The most events of one invocation.</param>
/// <param name="MinEvents">The number of events to wait for.</param>
/// <param name="MaxWait">The longest wait for them.</param>
/// <param name="PrefetchCount">Events of a partition that wait in memory.</param>
internal sealed record EventHubBatching(int MaxEvents, int MinEvents, TimeSpan MaxWait, int PrefetchCount)
{
    private const string Extension = "eventHubs";
    private const string FirstEvent = "initialOffsetOptions";

    /// <summary>Where a partition without a checkpoint begins.</summary>
    public EventPosition Start { get; init; } = EventPosition.Earliest;

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
        return new EventHubBatching(max, min, wait, Math.Max(0, configuration.ExtensionNumber(Extension, "prefetchCount", 300))) { Start = ReadStart(configuration) };
    }

    private static EventPosition ReadStart(HostConfiguration configuration)
    {
        var options = configuration.Texts("extensions", Extension, FirstEvent);
        bool Is(string type) => type.Equals(options.GetValueOrDefault("type", "fromStart"), StringComparison.OrdinalIgnoreCase);
        if (Is("fromStart"))
            return EventPosition.Earliest;
        if (Is("fromEnd"))
            return EventPosition.Latest;
        if (Is("fromEnqueuedTime") && DateTimeOffset.TryParse(options.GetValueOrDefault("enqueuedTimeUtc"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return EventPosition.FromEnqueuedTime(time);
        throw new LocalSystemException($"host.json: extensions.eventHubs.{FirstEvent}.type takes fromStart, fromEnd, and fromEnqueuedTime with a time as enqueuedTimeUtc.");
    }
}
