using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

#if HOST_EXTENSION
[assembly: ExtensionInformation("Microsoft.Azure.WebJobs.Extensions.EventHubs", "6.5.2")]
#endif

namespace SpanRelay.Functions.EventHubs;

/// <summary>
/// Binds a parameter to batches of events. The same binding as the one in Microsoft.Azure.Functions.Worker.Extensions.EventHubs,
/// without that package's converters for EventData. An assembly may name one host extension, so this attribute has its own.
/// </summary>
/// <param name="eventHubName">The Event Hub's name, or <c>%SETTING%</c> for the setting that holds it.</param>
[BindingCapabilities(KnownBindingCapabilities.FunctionLevelRetry)]
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class EventHubTriggerAttribute(string eventHubName) : TriggerBindingAttribute, ISupportCardinality
{
    public string EventHubName { get; } = eventHubName;

    /// <summary>The prefix of the connection's settings. Default: none.</summary>
    public string? Connection { get; set; }

    /// <summary>The consumer group. Default: <c>$Default</c>.</summary>
    public string? ConsumerGroup { get; set; }

    /// <summary>Whether the parameter takes many events at once. Default: true.</summary>
    [DefaultValue(true)]
    public bool IsBatched { get; set; } = true;

    Cardinality ISupportCardinality.Cardinality
    {
        get => IsBatched ? Cardinality.Many : Cardinality.One;
        set => IsBatched = value == Cardinality.Many;
    }
}
