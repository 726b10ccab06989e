using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Queues.Models;

namespace SpanRelay.Local.Hosting;

/// <summary>A queue message as the host posts it: the body in base64, and texts as JSON within a string.</summary>
internal static class QueueEnvelope
{
    public static HttpContent Create(QueueMessage message, string function, string binding, TimeProvider timeProvider)
    {
        var envelope = new JsonObject
        {
            ["Data"] = new JsonObject { [binding] = Convert.ToBase64String(message.Body.ToMemory().Span) },
            ["Metadata"] = new JsonObject
            {
                ["DequeueCount"] = message.DequeueCount.ToString(CultureInfo.InvariantCulture),
                ["ExpirationTime"] = Quoted(message.ExpiresOn),
                ["Id"] = $"\"{message.MessageId}\"",
                ["InsertionTime"] = Quoted(message.InsertedOn),
                ["NextVisibleTime"] = Quoted(message.NextVisibleOn),
                ["PopReceipt"] = $"\"{message.PopReceipt}\"",
                ["sys"] = new JsonObject
                {
                    ["MethodName"] = function,
                    ["UtcNow"] = timeProvider.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
                    ["RandGuid"] = Guid.NewGuid().ToString(),
                },
            },
        };
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(envelope));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        return content;
    }

    private static string Quoted(DateTimeOffset? time) => $"\"{time?.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)}\"";
}
