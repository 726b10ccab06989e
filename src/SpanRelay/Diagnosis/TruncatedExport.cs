using System.Text.Unicode;
using SpanRelay.Otlp;

namespace SpanRelay.Diagnosis;

/// <summary>Recognizes a trace export in protobuf that ends too early, by what comes before.</summary>
internal static class TruncatedExport
{
    /// <summary>Every message is the schema's as far as it goes, the last one is longer than what there is, and an attribute comes before.</summary>
    public static bool IsIn(ReadOnlySpan<byte> content) => IsCut(TraceSchema.Request, content) && StartsWithResource(content);

    /// <summary>The first resource has an attribute.</summary>
    public static bool StartsWithResource(ReadOnlySpan<byte> content)
    {
        var attribute = Enter(Enter(Enter(content)));
        return !attribute.IsEmpty && WireReader.TryReadField(ref attribute, out var key) && key is { Number: TraceSchema.KeyValueKey, Type: WireType.LengthDelimited }
            && !key.Payload.IsEmpty && Utf8.IsValid(key.Payload) && !TextClassifier.HasControls(key.Payload);
    }

    private static bool IsCut(MessageType message, ReadOnlySpan<byte> rest)
    {
        while (!rest.IsEmpty)
        {
            var start = rest;
            if (WireReader.TryReadField(ref rest, out var field))
            {
                if (message.Find(field.Number, field.Type) is null)
                    return false;
                continue;
            }

            var size = WireReader.ReadVarint(start, out var tag);
            var type = message.Find((int)(tag >> 3), (WireType)(tag & 7));
            if (size == 0 || type is null)
                return size == 0 && start.Length < sizeof(ulong);
            if (type.Message is null || type.Message == TraceSchema.AnyValue)
                return true;
            var lengthSize = WireReader.ReadVarint(start[size..], out _);
            return lengthSize == 0 || start.Length == size + lengthSize || IsCut(type.Message, start[(size + lengthSize)..]);
        }

        return true;
    }

    /// <summary>The first message, also where it reaches past the end.</summary>
    private static ReadOnlySpan<byte> Enter(ReadOnlySpan<byte> message)
    {
        if (message is not [1 << 3 | (int)WireType.LengthDelimited, ..])
            return [];

        var size = WireReader.ReadVarint(message[1..], out var length);
        var rest = message[(1 + size)..];
        return size == 0 ? [] : rest[..(int)Math.Min(length, (ulong)rest.Length)];
    }
}
