using System.Globalization;
using System.Text.Json;
using Azure.Messaging.EventHubs;
using Google.Protobuf.Collections;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>The trigger metadata of an Event Hub batch: what the extension binds beside the events, in the types it has there.</summary>
internal static class EventHubMetadata
{
    public static void Write(MapField<string, TypedData> metadata, EventHubSource source, EventHubBatch batch)
    {
        metadata["PartitionContext"] = Json(Context(source, batch.PartitionId));
        metadata["CheckpointContext"] = metadata["PartitionContext"];
        metadata["PartitionKeyArray"] = Strings(batch.Events.Select(each => each.PartitionKey ?? ""));
        metadata["OffsetArray"] = Strings(batch.Events.Select(each => each.OffsetString));
        metadata["OffsetStringArray"] = metadata["OffsetArray"];
        metadata["SequenceNumberArray"] = Numbers(batch.Events.Select(each => each.SequenceNumber));
        metadata["EnqueuedTimeUtcArray"] = Json(batch.Events.Select(each => Iso(each.EnqueuedTime)));
        metadata["PropertiesArray"] = Json(batch.Events.Select(each => each.Properties.ToDictionary(pair => pair.Key, pair => Plain(pair.Value))));
        metadata["SystemPropertiesArray"] = Json(batch.Events.Select(SystemProperties));
    }

    private static Dictionary<string, object> Context(EventHubSource source, string partition) => new()
    {
        ["IsCheckpointingAfterInvocation"] = true,
        ["FullyQualifiedNamespace"] = source.FullyQualifiedNamespace,
        ["EventHubName"] = source.Hub,
        ["ConsumerGroup"] = source.ConsumerGroup,
        ["PartitionId"] = partition,
    };

    private static Dictionary<string, object> SystemProperties(EventData each) => new()
    {
        ["SequenceNumber"] = each.SequenceNumber,
        ["Offset"] = each.OffsetString,
        ["EnqueuedTimeUtc"] = Iso(each.EnqueuedTime),
    };

    private static object? Plain(object? value) => value is null or bool or byte or short or int or long or float or double or byte[]? value
        : Convert.ToString(value, CultureInfo.InvariantCulture);

    private static TypedData Json<T>(T value) => new() { Json = JsonSerializer.Serialize(value) };

    private static TypedData Strings(IEnumerable<string> values)
    {
        var data = new TypedData { CollectionString = new CollectionString() };
        data.CollectionString.String.AddRange(values);
        return data;
    }

    private static TypedData Numbers(IEnumerable<long> values)
    {
        var data = new TypedData { CollectionSint64 = new CollectionSInt64() };
        data.CollectionSint64.Sint64.AddRange(values);
        return data;
    }

    // Without a time zone: that is how the extension writes times that are UTC.
    private static string Iso(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
}
