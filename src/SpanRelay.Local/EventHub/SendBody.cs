using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace SpanRelay.Local.EventHub;

/// <summary>Turns a request's headers and body into events.</summary>
internal static class SendBody
{
    private const string BatchContentType = "application/vnd.microsoft.servicebus.json";

    // Hop-by-hop headers, what only frames the body, the credential, and what Event Hubs takes for itself.
    private static readonly HashSet<string> NotProperties = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "BrokerProperties", "Connection", "Content-Length", "Host", "Keep-Alive", "Proxy-Authenticate",
        "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    /// <returns>Null when a JSON batch is not an array of objects with a text <c>Body</c>.</returns>
    public static IReadOnlyList<EventData>? Read(IHeaderDictionary headers, ReadOnlyMemory<byte> body)
    {
        var isBatch = headers.ContentType.ToString().StartsWith(BatchContentType, StringComparison.OrdinalIgnoreCase);
        return isBatch ? ReadBatch(body) : [new EventData(body, Properties(headers))];
    }

    /// <returns>False when the header is there and is not a JSON object with a text key.</returns>
    public static bool TryReadPartitionKey(IHeaderDictionary headers, out string? partitionKey)
    {
        partitionKey = null;
        var text = headers["BrokerProperties"].ToString();
        if (text.Length == 0) return true;
        try
        {
            using var properties = JsonDocument.Parse(text);
            if (properties.RootElement.ValueKind != JsonValueKind.Object) return false;
            if (!properties.RootElement.TryGetProperty("PartitionKey", out var key)) return true;
            partitionKey = key.ValueKind == JsonValueKind.String ? key.GetString() : null;
            return partitionKey is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static Dictionary<string, object?> Properties(IHeaderDictionary headers) => headers
        .Where(header => !NotProperties.Contains(header.Key))
        .ToDictionary(header => header.Key, object? (header) => header.Value.ToString());

    private static List<EventData>? ReadBatch(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var batch = JsonDocument.Parse(body);
            if (batch.RootElement.ValueKind != JsonValueKind.Array) return null;
            var events = batch.RootElement.EnumerateArray().Select(ReadItem).ToList();
            return events.Contains(null) ? null : events.ConvertAll(item => item!);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static EventData? ReadItem(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("Body", out var body)) return null;
        if (body.ValueKind != JsonValueKind.String) return null;
        var properties = item.TryGetProperty("UserProperties", out var user) && user.ValueKind == JsonValueKind.Object
            ? user.EnumerateObject().ToDictionary(property => property.Name, property => Value(property.Value))
            : [];
        return new EventData(Encoding.UTF8.GetBytes(body.GetString()!), properties);
    }

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => null,
        JsonValueKind.Number => value.TryGetInt64(out var integer) ? integer : (object)value.GetDouble(),
        _ => value.GetRawText(),
    };
}
