using System.Globalization;
using System.Text.Json;

namespace SpanRelay.Functions.RecordDeadLetter;

/// <summary>What is wanted of a queue trigger's invocation: <c>{"Data":{"message":"AAEC/w=="},"Metadata":{"DequeueCount":"1","Id":"\"…\""}}</c>.</summary>
/// <param name="Attempt">1 when the message is handed over for the first time, or where the host does not say.</param>
/// <param name="Id">The message's id; empty where the host does not say.</param>
internal sealed record QueueMessage(ReadOnlyMemory<byte> Body, long Attempt, string Id)
{
    /// <exception cref="InvalidDataException">The body is not such an invocation.</exception>
    public static async Task<QueueMessage> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            using var invocation = await JsonDocument.ParseAsync(body, default, cancellationToken);
            var data = Member(invocation.RootElement, "Data");
            var message = data is { } members && members.EnumerateObject().Select(member => member.Value).FirstOrDefault() is { ValueKind: JsonValueKind.String } first
                ? first
                : throw new InvalidDataException("The body holds no message.");
            var metadata = Member(invocation.RootElement, "Metadata");
            return new QueueMessage(
                message.GetBytesFromBase64(),
                long.TryParse(Text(metadata, "DequeueCount"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 1,
                Text(metadata, "Id"));
        }
        catch (JsonException)
        {
            throw new InvalidDataException("The body is not JSON.");
        }
        catch (FormatException)
        {
            throw new InvalidDataException("The message is not base64: function.json must say \"dataType\": \"binary\".");
        }
    }

    private static JsonElement? Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object ? member : null;

    // The host writes texts as JSON within a string, and numbers as they are or as strings.
    private static string Text(JsonElement? metadata, string name) =>
        metadata is { } members && members.TryGetProperty(name, out var member)
            ? (member.ValueKind == JsonValueKind.String ? member.GetString()! : member.GetRawText()).Trim('"')
            : "";
}
