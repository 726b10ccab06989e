using Amqp.Framing;
using Amqp.Types;

namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary>What a receiver asks for.</summary>
internal sealed record ReaderRequest(string ConsumerGroup, int Partition, StartPosition Start, Attach Attach)
{
    /// <summary>Null for a receiver that claims no ownership.</summary>
    public long? OwnerLevel => Attach.Properties?[new Symbol("com.microsoft:epoch")] switch
    {
        long level => level,
        int level => level,
        _ => null,
    };

    /// <summary>The receiver asks for the partition's last event with every event.</summary>
    public bool WantsRuntimeMetric => Attach.DesiredCapabilities?.Any(name => name.ToString() == "com.microsoft:enable-receiver-runtime-metric") ?? false;
}
