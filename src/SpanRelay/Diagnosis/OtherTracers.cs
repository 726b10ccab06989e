using SpanRelay.Otlp;

namespace SpanRelay.Diagnosis;

/// <summary>Recognizes the binary formats of Zipkin and Jaeger by what only their spans have.</summary>
internal static class OtherTracers
{
    private const int Looked = 32;

    /// <summary>A list of spans in protobuf or Thrift.</summary>
    public static bool IsZipkin(ReadOnlySpan<byte> content)
    {
        // A list of structs, the first of which starts with the 64-bit field 1 (trace id) and has the text field 3 (name) next.
        if (content is [0x0C, _, _, _, _, 0x0A, 0, 1, _, _, _, _, _, _, _, _, 0x0B, 0, 3, ..])
            return true;
        return !content.IsEmpty && WireReader.TryReadField(ref content, out var span) && span is { Number: 1, Type: WireType.LengthDelimited } && IsZipkinSpan(span.Payload);
    }

    /// <summary>A batch, a request to a collector or a single span (as in Kafka) in protobuf, or a batch in Thrift.</summary>
    public static bool IsJaeger(ReadOnlySpan<byte> content)
    {
        var start = content[..Math.Min(content.Length, Looked)];
        if (start is [0x82 or 0x80, ..] && start.IndexOf("emitBatch"u8) >= 0)
            return true;
        // A struct whose field 1 is a struct (the process) that starts with the text field 1 (the service's name).
        if (content is [0x0C, 0, 1, 0x0B, 0, 1, 0, 0, ..])
            return true;
        return IsJaegerSpan(content) || IsJaegerBatch(content) || (TryEnter(content, out var batch) && IsJaegerBatch(batch));
    }

    private static bool IsZipkinSpan(ReadOnlySpan<byte> span)
    {
        var (hasTraceId, hasId, hasMore) = (false, false, false);
        while (!span.IsEmpty)
        {
            if (!WireReader.TryReadField(ref span, out var field))
                return false;

            hasTraceId |= field is { Number: 1, Payload.Length: 8 or 16 };
            hasId |= field is { Number: 3, Payload.Length: 8 };
            hasMore |= field is { Number: 6, Type: WireType.Fixed64 } or { Number: 7, Type: WireType.Varint };
        }

        return hasTraceId && hasId && hasMore;
    }

    private static bool IsJaegerBatch(ReadOnlySpan<byte> content) => TryEnter(content, out var span) && IsJaegerSpan(span);

    private static bool TryEnter(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> first)
    {
        first = [];
        if (message.IsEmpty || !WireReader.TryReadField(ref message, out var field) || field is not { Number: 1, Type: WireType.LengthDelimited })
            return false;

        first = field.Payload;
        return true;
    }

    /// <summary>Ids, and start and duration as messages rather than numbers.</summary>
    private static bool IsJaegerSpan(ReadOnlySpan<byte> span)
    {
        var found = 0u;
        while (!span.IsEmpty)
        {
            if (!WireReader.TryReadField(ref span, out var field))
                return false;
            if (field is { Number: 1, Payload.Length: 16 } or { Number: 2, Payload.Length: 8 } or { Number: 6 or 7, Type: WireType.LengthDelimited })
                found |= 1u << field.Number;
        }

        const uint All = 1u << 1 | 1u << 2 | 1u << 6 | 1u << 7;
        return found == All;
    }
}
