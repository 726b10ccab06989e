using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SpanRelay.Buffers;

namespace SpanRelay.Otlp;

/// <summary>
/// JSON values to protobuf fields. 64-bit integers are numbers or strings, integers may have a fraction of zero or an
/// exponent, enums are integers or names.
/// </summary>
internal static class JsonValue
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Appends the field, unless the value cannot be one of its type.</summary>
    public static bool TryWrite(FieldType type, ref Utf8JsonReader reader, PooledBuffer output) => type.Kind switch
    {
        FieldKind.String => TryWriteText(type, ref reader, output),
        FieldKind.Bytes => TryWriteBytes(type, ref reader, output),
        FieldKind.Bool => TryWriteBool(type, ref reader, output),
        FieldKind.Double => TryWriteDouble(type, ref reader, output),
        _ => TryWriteInteger(type, ref reader, output),
    };

    /// <summary>Appends a trace or span id, unless it is not hexadecimal.</summary>
    public static bool TryWriteId(FieldType type, ref Utf8JsonReader reader, PooledBuffer output)
    {
        const int LongestEscape = 6;
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > LongestEscape * 4 * type.IdLength)
            return false;

        Span<byte> text = stackalloc byte[reader.ValueSpan.Length];
        Span<byte> id = stackalloc byte[text.Length];
        text = text[..reader.CopyString(text)];
        if (Convert.FromHexString(text, id, out _, out var length) != OperationStatus.Done)
            return false;

        new WireWriter(output).WriteBytes(type.Number, id[..length]);
        return true;
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
        var isDecoded = Base64.DecodeFromUtf8(text, bytes, out _, out var length) == OperationStatus.Done
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
}
