using System.Text.Json;
using SpanRelay.Buffers;

namespace SpanRelay.Otlp;

/// <summary>A CloudEvent, or Kafka Connect's envelope of schema and payload: JSON around what was to be sent.</summary>
internal static class JsonEnvelope
{
    /// <summary>The content, in place or, where it was text, appended to <paramref name="output"/>.</summary>
    /// <returns>False when the body is not an envelope with exactly one content.</returns>
    public static bool TryOpen(ReadOnlyMemory<byte> body, PooledBuffer output, out ReadOnlyMemory<byte> content, out PayloadForm form)
    {
        (content, form) = (default, PayloadForm.None);
        try
        {
            var json = body[^OtlpJson.WithoutMark(body.Span).Length..];
            var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = OtlpJson.MaxJsonDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;

            form = JsonPeek.KindOf(reader) switch
            {
                JsonKind.CloudEvent => PayloadForm.CloudEvent,
                JsonKind.ConnectEnvelope => PayloadForm.ConnectEnvelope,
                _ => PayloadForm.None,
            };
            return form != PayloadForm.None && TryFindContent(ref reader, json, output, out content) && !reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool TryFindContent(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, PooledBuffer output, out ReadOnlyMemory<byte> content)
    {
        content = default;
        var contents = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isContent = reader.ValueTextEquals("data"u8) || reader.ValueTextEquals("data_base64"u8) || reader.ValueTextEquals("payload"u8);
            reader.Read();
            if (!isContent)
            {
                reader.Skip();
                continue;
            }

            contents++;
            content = ContentOf(ref reader, json, output);
        }

        return contents == 1 && !content.IsEmpty;
    }

    private static ReadOnlyMemory<byte> ContentOf(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, PooledBuffer output)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            output.Truncate(0);
            output.Advance(reader.CopyString(output.GetSpan(reader.ValueSpan.Length)));
            return output.WrittenMemory;
        }

        var start = (int)reader.TokenStartIndex;
        var isComposite = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        reader.Skip();
        return isComposite ? json[start..(int)reader.BytesConsumed] : default;
    }
}
