using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SpanRelay.Local.EventHub;

namespace SpanRelay.Local.Hosting;

/// <summary>
/// <c>Metadata</c> of an Event Hub invocation. Objects are nested JSON; arrays are strings that hold JSON, as the host's
/// serializer leaves them.
/// </summary>
internal static class EventHubMetadata
{
    // Newtonsoft's way: quotes and backslashes are escaped, + and / and < are not.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(
        IBufferWriter<byte> output, EventHubSource source, EventHubInvocation invocation, DateTimeOffset now, Guid guid)
    {
        using var writer = new Utf8JsonWriter(output, Plain);
        writer.WriteStartObject();
        WritePartitionContext(writer, source, invocation.Partition);
        WriteArrays(writer, invocation.Events);
        if (source.MaxRetryCount is { } maxRetryCount) WriteRetryContext(writer, invocation, maxRetryCount);
        writer.WriteStartObject("sys");
        writer.WriteString("MethodName", source.Function);
        writer.WriteString("UtcNow", Iso(now) + "Z");
        writer.WriteString("RandGuid", guid.ToString());
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WritePartitionContext(Utf8JsonWriter writer, EventHubSource source, int partition)
    {
        writer.WriteStartObject("PartitionContext");
        writer.WriteBoolean("IsCheckpointingAfterInvocation", true);
        writer.WriteString("FullyQualifiedNamespace", source.FullyQualifiedNamespace);
        writer.WriteString("EventHubName", source.Hub);
        writer.WriteString("ConsumerGroup", source.ConsumerGroup);
        writer.WriteString("PartitionId", partition.ToString(CultureInfo.InvariantCulture));
        writer.WriteEndObject();
    }

    private static void WriteArrays(Utf8JsonWriter writer, IReadOnlyList<StoredEvent> events)
    {
        WriteArray(writer, "PartitionKeyArray", events, (inner, item) => inner.WriteStringValue(item.PartitionKey));
        WriteArray(writer, "OffsetStringArray", events, (inner, item) => inner.WriteStringValue(item.Offset));
        WriteArray(writer, "SequenceNumberArray", events, (inner, item) => inner.WriteNumberValue(item.SequenceNumber));
        WriteArray(writer, "EnqueuedTimeUtcArray", events, (inner, item) => inner.WriteStringValue(Iso(item.EnqueuedTime)));
        WriteArray(writer, "PropertiesArray", events, WriteProperties);
        WriteArray(writer, "SystemPropertiesArray", events, WriteSystemProperties);
    }

    private static void WriteArray(
        Utf8JsonWriter writer, string name, IReadOnlyList<StoredEvent> events, Action<Utf8JsonWriter, StoredEvent> writeItem)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var inner = new Utf8JsonWriter(buffer, Plain))
        {
            inner.WriteStartArray();
            foreach (var item in events) writeItem(inner, item);
            inner.WriteEndArray();
        }

        writer.WriteString(name, Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void WriteProperties(Utf8JsonWriter writer, StoredEvent item)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in item.Properties)
        {
            writer.WritePropertyName(name);
            WriteValue(writer, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case int number: writer.WriteNumberValue(number); break;
            case long number: writer.WriteNumberValue(number); break;
            case double number: writer.WriteNumberValue(number); break;
            case byte[] bytes: writer.WriteBase64StringValue(bytes); break;
            default: writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }

    private static void WriteSystemProperties(Utf8JsonWriter writer, StoredEvent item)
    {
        writer.WriteStartObject();
        writer.WriteNumber("SequenceNumber", item.SequenceNumber);
        writer.WriteNumber("Offset", long.Parse(item.Offset, CultureInfo.InvariantCulture));
        writer.WriteEndObject();
    }

    private static void WriteRetryContext(Utf8JsonWriter writer, EventHubInvocation invocation, int maxRetryCount)
    {
        writer.WriteStartObject("RetryContext");
        writer.WriteNumber("RetryCount", invocation.RetryCount);
        writer.WriteNumber("MaxRetryCount", maxRetryCount);
        if (invocation.LastFailure is { } failure)
        {
            writer.WriteStartObject("Exception");
            writer.WriteString("Message", failure);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("Exception");
        }

        writer.WriteEndObject();
    }

    // Without a time zone: that is how the host writes times that are UTC.
    private static string Iso(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
}
