using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using SpanRelay.Otlp;

namespace SpanRelay.Dynatrace;

/// <summary>The body of a 200: whether it is an OTLP response at all, and the partial success in it.</summary>
/// <param name="RejectedSpans">Spans, or data points of metrics. At least 1 where the body does not say how many, but that there is something to say.</param>
/// <param name="Message">As the server wrote it.</param>
/// <param name="IsCut">A partial success ends before it says how many spans are rejected, or says it in no number.</param>
internal readonly record struct ExportResult(long RejectedSpans, string Message, bool IsCut = false)
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
        var text = bytes.TrimStart(" \t\r\n\uFEFF"u8);
        return text is [(byte)'{', ..] ? TryReadJson(text, body.IsWhole, out answer) : TryReadProtobuf(bytes, body.IsWhole, out answer);
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
                answer = answer.WithoutCount(isMissing: answer.RejectedSpans == 0);
                return !isWhole;
            }

            if (field is { Number: PartialSuccessRejectedSpans, Type: WireType.Varint })
                answer = answer with { RejectedSpans = Math.Max(0, (long)field.Scalar) };
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

    /// <summary>Other members are those of a later protocol, but only beside a partial success: <c>{"status":"ok"}</c> is no OTLP.</summary>
    private static bool TryReadJson(ReadOnlySpan<byte> json, bool isWhole, out ExportResult answer)
    {
        answer = new ExportResult(0, "");
        var (hasPartial, hasOthers) = (false, false);
        var reader = new Utf8JsonReader(json, isFinalBlock: isWhole, state: default);
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isPartial = reader.ValueTextEquals("partialSuccess"u8) || reader.ValueTextEquals("partial_success"u8);
                (hasPartial, hasOthers) = (hasPartial || isPartial, hasOthers || !isPartial);
                if (isPartial ? !TryReadPartialSuccess(ref reader, ref answer) : !reader.TrySkip())
                    break;
            }

            while (reader.TokenType == JsonTokenType.EndObject && reader.Read())
            {
                // Anything after the object makes the body invalid JSON.
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }

        return hasPartial || (isWhole && !hasOthers);
    }

    /// <returns>False when the body ends in it.</returns>
    private static bool TryReadPartialSuccess(ref Utf8JsonReader reader, ref ExportResult answer)
    {
        if (!reader.Read())
            return false;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A partial success is an object.");

        var hasCount = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isCount = reader.ValueTextEquals("rejectedSpans"u8) || reader.ValueTextEquals("rejected_spans"u8) || reader.ValueTextEquals("rejectedDataPoints"u8) || reader.ValueTextEquals("rejected_data_points"u8);
            var isMessage = reader.ValueTextEquals("errorMessage"u8) || reader.ValueTextEquals("error_message"u8);
            if (!reader.Read())
                break;
            hasCount |= isCount;
            if (isCount)
                answer = Max(answer, CountOf(ref reader));
            else if (isMessage && reader.TokenType == JsonTokenType.String)
                answer = answer with { Message = reader.GetString()! };
            if (!reader.TrySkip())
                break;
        }

        var isWhole = reader.TokenType == JsonTokenType.EndObject;
        answer = answer.WithoutCount(isMissing: !isWhole && !hasCount);
        return isWhole;
    }

    private static ExportResult Max(ExportResult answer, decimal? count) => count is { } number
        ? answer with { RejectedSpans = Math.Max(answer.RejectedSpans, (long)Math.Clamp(Math.Ceiling(number), 0, long.MaxValue)) }
        : answer.WithoutCount(isMissing: true);

    /// <summary>JSON has many spellings of a number, and 64-bit numbers may be strings.</summary>
    /// <returns>Null when it is not a number.</returns>
    private static decimal? CountOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => 0,
        JsonTokenType.Number => Number(Encoding.ASCII.GetString(reader.ValueSpan)),
        JsonTokenType.String => Number(reader.GetString()!),
        _ => null,
    };

    private static decimal? Number(string text)
    {
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var large) && !double.IsNaN(large) ? large > 0 ? long.MaxValue : 0 : null;
    }

    private ExportResult WithoutCount(bool isMissing) => isMissing ? this with { RejectedSpans = Math.Max(1, RejectedSpans), IsCut = true } : this;
}
