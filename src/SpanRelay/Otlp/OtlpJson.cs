using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SpanRelay.Buffers;

namespace SpanRelay.Otlp;

/// <summary>
/// OTLP JSON to OTLP protobuf: ids are hexadecimal, 64-bit integers are numbers or strings, unknown members are ignored.
/// Enums are integers; their names, which some senders write, are accepted too.
/// </summary>
internal static class OtlpJson
{
    // Protobuf parsers stop at 100 messages; a value nested in arrays takes three JSON levels for two of them.
    private const int MaxMessageDepth = 100;
    private const int MaxJsonDepth = 1000;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>
    /// Distinguishes JSON from protobuf. A protobuf export starts with 0x0A, which is a newline in JSON, and the lengths after
    /// it may be a brace and a quote. The tag that follows is below 0x20, which no JSON string contains: so a body is JSON
    /// when the object is empty or the first byte of its first name is at least 0x20.
    /// </summary>
    public static bool LooksLikeJson(ReadOnlySpan<byte> body)
    {
        body = AfterWhiteSpace(WithoutByteOrderMark(body));
        if (body is not [(byte)'{', ..])
            return false;

        body = AfterWhiteSpace(body[1..]);
        return body is [(byte)'"', >= 0x20, ..] || (body is [(byte)'}', ..] && AfterWhiteSpace(body[1..]).IsEmpty);
    }

    /// <summary>Appends the export in protobuf to <paramref name="output"/>.</summary>
    public static PayloadProblem TryConvert(ReadOnlySpan<byte> json, PooledBuffer output)
    {
        try
        {
            var reader = new Utf8JsonReader(WithoutByteOrderMark(json), new JsonReaderOptions { MaxDepth = MaxJsonDepth });
            reader.Read();
            var problem = WriteMembers(TraceSchema.Request, ref reader, output, depth: 0);
            if (problem != PayloadProblem.None)
                return problem;

            reader.Read(); // Throws when anything but white space follows.
            return output.Length == 0 ? PayloadProblem.NotTraces : PayloadProblem.None;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // The latter: an id or number that is no text.
        {
            return PayloadProblem.InvalidJson;
        }
    }

    private static PayloadProblem WriteMembers(MessageType message, ref Utf8JsonReader reader, PooledBuffer output, int depth)
    {
        if (depth > MaxMessageDepth)
            return PayloadProblem.NestedTooDeep;
        if (reader.TokenType != JsonTokenType.StartObject)
            return PayloadProblem.InvalidJson;

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var type = message.Find(ref reader);
            reader.Read();
            if (type is null)
                reader.Skip();
            else if (WriteMember(type, ref reader, output, depth) is var problem and not PayloadProblem.None)
                return problem;
        }

        return PayloadProblem.None;
    }

    private static PayloadProblem WriteMember(FieldType type, ref Utf8JsonReader reader, PooledBuffer output, int depth)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return PayloadProblem.None;
        if (!type.Repeated)
            return WriteValue(type, ref reader, output, depth);
        if (reader.TokenType != JsonTokenType.StartArray)
            return PayloadProblem.InvalidJson;

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var problem = WriteValue(type, ref reader, output, depth);
            if (problem != PayloadProblem.None)
                return problem;
        }

        return PayloadProblem.None;
    }

    private static PayloadProblem WriteValue(FieldType type, ref Utf8JsonReader reader, PooledBuffer output, int depth)
    {
        if (type.Kind == FieldKind.Message)
        {
            var writer = new WireWriter(output);
            var open = writer.Begin(type.Number, expectedLength: 0x80);
            var problem = WriteMembers(type.Message!, ref reader, output, depth + 1);
            writer.End(open);
            return problem;
        }

        var isRead = type.Kind switch
        {
            FieldKind.String => TryWriteText(type, ref reader, output),
            FieldKind.Bytes => TryWriteBytes(type, ref reader, output),
            FieldKind.Bool => TryWriteBool(type, ref reader, output),
            FieldKind.Double => TryWriteDouble(type, ref reader, output),
            _ => TryWriteInteger(type, ref reader, output),
        };
        return isRead ? PayloadProblem.None : PayloadProblem.InvalidJson;
    }

    private static bool TryWriteText(FieldType type, ref Utf8JsonReader reader, PooledBuffer output)
    {
        if (reader.TokenType != JsonTokenType.String)
            return false;

        var writer = new WireWriter(output);
        var open = writer.Begin(type.Number, reader.ValueSpan.Length);
        try
        {
            output.Advance(reader.CopyString(output.GetSpan(reader.ValueSpan.Length)));
        }
        catch (InvalidOperationException) // Half a surrogate pair: JavaScript writes it when a text was cut inside a character.
        {
            output.Append(Utf8.GetBytes(LenientJsonString.Unescape(reader.ValueSpan)));
        }

        writer.End(open);
        return true;
    }

    private static bool TryWriteBytes(FieldType type, ref Utf8JsonReader reader, PooledBuffer output)
    {
        if (reader.TokenType != JsonTokenType.String)
            return false;

        var text = new byte[reader.ValueSpan.Length];
        text = text[..reader.CopyString(text)];
        var bytes = new byte[text.Length];
        var isDecoded = type.IsHexInJson
            ? Convert.FromHexString(text, bytes, out _, out var length) == OperationStatus.Done
            : Base64.DecodeFromUtf8(text, bytes, out _, out length) == OperationStatus.Done
                || Base64Url.DecodeFromUtf8(text, bytes, out _, out length) == OperationStatus.Done;
        if (isDecoded)
            new WireWriter(output).WriteBytes(type.Number, bytes.AsSpan(0, length));
        return isDecoded;
    }

    private static bool TryWriteBool(FieldType type, ref Utf8JsonReader reader, PooledBuffer output)
    {
        if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
            return false;

        new WireWriter(output).WriteVarint(type.Number, reader.TokenType == JsonTokenType.True ? 1UL : 0UL);
        return true;
    }

    private static bool TryWriteDouble(FieldType type, ref Utf8JsonReader reader, PooledBuffer output)
    {
        if (reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String)
            || !double.TryParse(reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        new WireWriter(output).WriteFixed64(type.Number, BitConverter.DoubleToUInt64Bits(value));
        return true;
    }

    private static bool TryWriteInteger(FieldType type, ref Utf8JsonReader reader, PooledBuffer output)
    {
        if (!TryReadInteger(type, ref reader, out var value))
            return false;

        var writer = new WireWriter(output);
        switch (type.Kind)
        {
            case FieldKind.UInt32 when value >= 0 && value <= uint.MaxValue:
                writer.WriteVarint(type.Number, (ulong)value);
                return true;
            case FieldKind.Enum when value >= int.MinValue && value <= int.MaxValue:
            case FieldKind.Int64 when value >= long.MinValue && value <= long.MaxValue:
                writer.WriteVarint(type.Number, (ulong)(long)value);
                return true;
            case FieldKind.Fixed64 when value >= 0 && value <= ulong.MaxValue:
                writer.WriteFixed64(type.Number, (ulong)value);
                return true;
            case FieldKind.Fixed32 when value >= 0 && value <= uint.MaxValue:
                writer.WriteFixed32(type.Number, (uint)value);
                return true;
            default:
                return false;
        }
    }

    private static bool TryReadInteger(FieldType type, ref Utf8JsonReader reader, out Int128 value)
    {
        value = 0;
        if (reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String))
            return false;
        if (Int128.TryParse(reader.ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
            return true;

        for (var i = 0; reader.TokenType == JsonTokenType.String && i < type.EnumNames.Length; i++)
        {
            if (!reader.ValueTextEquals(type.EnumNames[i]))
                continue;

            value = i;
            return true;
        }

        // 1.0 and 1e3 are integers to JSON; beyond 28 digits nothing is.
        var isNumber = decimal.TryParse(reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        value = isNumber ? (Int128)number : 0;
        return isNumber && decimal.IsInteger(number);
    }

    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> text) =>
        text.StartsWith("\uFEFF"u8) ? text[3..] : text;

    private static ReadOnlySpan<byte> AfterWhiteSpace(ReadOnlySpan<byte> text) => text.TrimStart(" \t\r\n"u8);
}
