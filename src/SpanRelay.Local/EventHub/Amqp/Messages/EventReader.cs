using Amqp;
using Amqp.Framing;
using Amqp.Types;
using SpanRelay.Local.EventHub.Amqp.Sessions;

namespace SpanRelay.Local.EventHub.Amqp.Messages;

/// <summary>Reads the events out of what a client published: a message, or a batch of messages in one's data sections.</summary>
internal static class EventReader
{
    private const uint BatchFormat = 0x80013700;
    private const string PartitionKey = "x-opt-partition-key";

    /// <returns>Null when the bytes are not what the format says.</returns>
    public static PublishedEvents? Read(IncomingMessage message)
    {
        try
        {
            if (MessageSection.Split(message.Bytes) is not { } sections) return null;
            return message.Format == BatchFormat ? ReadBatch(sections) : new PublishedEvents([ReadEvent(sections)], ReadKey(sections));
        }
        catch (Exception exception) when (exception is AmqpException or InvalidOperationException or InvalidCastException or ArgumentException or FormatException)
        {
            return null;
        }
    }

    private static PublishedEvents? ReadBatch(List<MessageSection> envelope)
    {
        var key = ReadKey(envelope);
        var events = new List<EventData>();
        foreach (var data in envelope.Where(section => section.Code == MessageSection.Data))
        {
            if (data.Binary() is not { } bytes || MessageSection.Split(bytes) is not { } sections) return null;
            key ??= ReadKey(sections);
            events.Add(ReadEvent(sections));
        }

        return events.Count > 0 ? new PublishedEvents(events, key) : null;
    }

    private static EventData ReadEvent(List<MessageSection> sections)
    {
        var bare = sections.Where(section => section.Code > MessageSection.MessageAnnotations).ToList();
        return new EventData(ReadBody(bare), ReadProperties(bare)) { Sections = Join(bare.ConvertAll(section => section.Bytes)) };
    }

    private static ReadOnlyMemory<byte> ReadBody(List<MessageSection> sections)
    {
        var data = sections.Where(section => section.Code == MessageSection.Data).Select(section => section.Binary() ?? section.Value).ToList();
        if (data.Count > 0) return Join(data);
        var value = sections.Find(section => section.Code == MessageSection.AmqpValue);
        return value.Value.IsEmpty ? default : value.Binary() ?? ReadText(value.Value);
    }

    /// <summary>A value that is not text stays encoded as it is.</summary>
    private static ReadOnlyMemory<byte> ReadText(ReadOnlyMemory<byte> value) => value.Span switch
    {
        [0xA1, ..] => value[2..],
        [0xB1, ..] => value[5..],
        _ => value,
    };

    private static Dictionary<string, object?> ReadProperties(List<MessageSection> sections)
    {
        var properties = new Dictionary<string, object?>();
        var section = sections.Find(section => section.Code == MessageSection.ApplicationProperties);
        if (section.Bytes.IsEmpty || Decode(section) is not ApplicationProperties { Map: { } map }) return properties;
        foreach (var (name, value) in map) properties[name.ToString()!] = Plain(value);
        return properties;
    }

    private static object? Plain(object? value) => value switch
    {
        null or string or bool or byte or sbyte or short or ushort or int or uint or long or ulong or float or double or byte[] => value,
        DateTime time => time.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
    };

    private static string? ReadKey(List<MessageSection> sections)
    {
        var section = sections.Find(section => section.Code == MessageSection.MessageAnnotations);
        return section.Bytes.IsEmpty ? null : (Decode(section) as MessageAnnotations)?[new Symbol(PartitionKey)]?.ToString();
    }

    private static object Decode(MessageSection section)
    {
        _ = new Open(); // The types of sections are registered by the first that is created.
        var bytes = section.Bytes.ToArray();
        return Encoder.ReadObject(new ByteBuffer(bytes, 0, bytes.Length, bytes.Length));
    }

    /// <summary>Without copying when there is but one part.</summary>
    private static ReadOnlyMemory<byte> Join(List<ReadOnlyMemory<byte>> parts)
    {
        if (parts.Count == 1) return parts[0];
        var (joined, at) = (new byte[parts.Sum(part => part.Length)], 0);
        foreach (var part in parts)
        {
            part.CopyTo(joined.AsMemory(at));
            at += part.Length;
        }

        return joined;
    }
}
