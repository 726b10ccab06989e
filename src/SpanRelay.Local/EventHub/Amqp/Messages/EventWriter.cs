using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace SpanRelay.Local.EventHub.Amqp.Messages;

/// <summary>Encodes an event for delivery: the hub's annotations, then the sender's sections.</summary>
internal static class EventWriter
{
    /// <param name="stored">The event. Each delivery gets an encoding of its own, since a delivery owns its buffer.</param>
    /// <param name="runtime">The end of the partition, for a receiver that asked for it; otherwise null.</param>
    public static ReadOnlyMemory<byte> Write(StoredEvent stored, DeliveryAnnotations? runtime)
    {
        var sections = stored.Sections ?? default;
        var buffer = new ByteBuffer(256 + (stored.Sections is null ? stored.Body.Length : sections.Length), autoGrow: true);
        runtime?.Encode(buffer);
        Annotations(stored).Encode(buffer);
        if (stored.Sections is null)
            WriteSections(stored, buffer);
        else
            Append(buffer, sections);
        return buffer.Buffer.AsMemory(buffer.Offset, buffer.Length);
    }

    private static MessageAnnotations Annotations(StoredEvent stored)
    {
        var annotations = new MessageAnnotations();
        annotations[new Symbol("x-opt-sequence-number")] = stored.SequenceNumber;
        annotations[new Symbol("x-opt-offset")] = stored.Offset;
        annotations[new Symbol("x-opt-enqueued-time")] = stored.EnqueuedTime.UtcDateTime;
        if (stored.PartitionKey is not null) annotations[new Symbol("x-opt-partition-key")] = stored.PartitionKey;
        return annotations;
    }

    /// <summary>Writes the sections of an event that was not received by AMQP.</summary>
    private static void WriteSections(StoredEvent stored, ByteBuffer buffer)
    {
        if (stored.Properties.Count > 0)
        {
            var properties = new ApplicationProperties();
            foreach (var (name, value) in stored.Properties) properties[name] = value;
            properties.Encode(buffer);
        }

        new Data { Binary = stored.Body.ToArray() }.Encode(buffer);
    }

    private static void Append(ByteBuffer buffer, ReadOnlyMemory<byte> bytes)
    {
        buffer.ValidateWrite(bytes.Length);
        bytes.CopyTo(buffer.Buffer.AsMemory(buffer.WritePos));
        buffer.Append(bytes.Length);
    }
}
