using Azure.Messaging.EventHubs.Primitives;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>A partition that this host owns.</summary>
internal sealed class ProcessedPartition : EventProcessorPartition
{
    /// <summary>Null before the first events.</summary>
    public PendingEvents? Pending { get; set; }
}
