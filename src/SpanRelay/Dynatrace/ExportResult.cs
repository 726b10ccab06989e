using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using SpanRelay.Otlp;

namespace SpanRelay.Dynatrace;

/// <summary>The body of a 200: whether it is an OTLP response at all, and the partial success in it.</summary>
internal readonly record struct ExportResult(long RejectedSpans, string Message)
{
    // Text does not start with the tag of a field below 4, which is all that OTLP has or is likely to get.
    private const byte FirstText = 0x20;

    private const int PartialSuccess = 1;
    private const int PartialSuccessRejectedSpans = 1;
    private const int PartialSuccessMessage = 2;

    /// <summary>Reads it as protobuf, or as the JSON that some proxies turn it into. Of a truncated body, the start must be valid.</summary>
    /// <returns>False when no OTLP receiver responds like this.</returns>
    public static bool TryRead(ResponseBody body, out ExportResult answer)
    {
        var bytes = body.Bytes.Span;
        return bytes.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] json
            ? TryReadJson(json.ToArray(), body.IsWhole, out answer)
            : TryReadProtobuf(bytes, body.IsWhole, out answer);
    }

    private static bool TryReadProtobuf(ReadOnlySpan<byte> rest, bool isWhole, out ExportResult answer)
    {
        answer = new ExportResult(0, "");
        if (rest is [>= FirstText, ..])
            return false;
        while (!rest.IsEmpty)
        {
            var start = rest;
            if (WireReader.TryReadField(ref rest, out var field))
            {
                if (field.Number == PartialSuccess && (field.Type != WireType.LengthDelimited || !TryReadPartialSuccess(field.Payload, true, ref answer)))
                    return false;
            }
            else
            {
                return !isWhole && start[0] == (PartialSuccess << 3 | (int)WireType.LengthDelimited) && TryReadPartialSuccess(BehindLength(start[1..]), false, ref answer);
            }
        }

        return true;
    }

    private static bool TryReadPartialSuccess(ReadOnlySpan<byte> rest, bool isWhole, ref ExportResult answer)
    {
        if (rest is [>= FirstText, ..])
            return false;
        while (!rest.IsEmpty)
        {
            var start = rest;
            if (!WireReader.TryReadField(ref rest, out var field))
            {
                if (!isWhole && start[0] == (PartialSuccessMessage << 3 | (int)WireType.LengthDelimited))
                    answer = answer with { Message = Encoding.UTF8.GetString(BehindLength(start[1..])) };
                return !isWhole;
            }

            if (field is { Number: PartialSuccessRejectedSpans, Type: WireType.Varint })
                answer = answer with { RejectedSpans = (long)field.Scalar };
            else if (field is { Number: PartialSuccessMessage, Type: WireType.LengthDelimited } && Utf8.IsValid(field.Payload))
                answer = answer with { Message = Encoding.UTF8.GetString(field.Payload) };
            else if (field.Number <= PartialSuccessMessage)
                return false;
        }

        return true;
    }

    // The length of a field that reaches past the end: all bytes with the high bit, and one more.
    private static ReadOnlySpan<byte> BehindLength(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAnyInRange((byte)0x00, (byte)0x7F);
        return end < 0 ? [] : bytes[(end + 1)..];
    }

    private static bool TryReadJson(ReadOnlyMemory<byte> json, bool isWhole, out ExportResult answer)
    {
        answer = new ExportResult(0, "");
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.Name is not ("partialSuccess" or "partial_success") || member.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
                    return false;
                if (member.Value.ValueKind == JsonValueKind.Object)
                    answer = OfPartialSuccess(member.Value);
            }

            return true;
        }
        catch (JsonException)
        {
            return !isWhole && json.Span.IndexOf("\"partialSuccess\""u8) >= 0;
        }
    }

    private static ExportResult OfPartialSuccess(JsonElement partial)
    {
        var rejected = partial.TryGetProperty("rejectedSpans", out var count) ? count : default;
        var message = partial.TryGetProperty("errorMessage", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
        return new ExportResult(
            rejected.ValueKind switch
            {
                JsonValueKind.Number when rejected.TryGetInt64(out var number) => number,
                JsonValueKind.String when long.TryParse(rejected.GetString(), out var number) => number,
                _ => 0,
            },
            message);
    }
}
