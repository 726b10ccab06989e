using System.Buffers.Text;
using System.Text;
using SpanRelay.Otlp;

namespace SpanRelay.GenAi.Metrics;

/// <summary>Reads an encoded attribute value as a label or a number.</summary>
internal static class AttributeValue
{
    /// <summary>Larger numbers are mistakes.</summary>
    public const decimal LargestNumber = 1_000_000_000_000;

    /// <summary>In bytes. Labels are names: a longer one is cut.</summary>
    public const int LongestLabel = 200;

    private const int Double = 4;

    /// <summary>A text, or the texts of a list joined by commas.</summary>
    /// <returns>Null when there is none.</returns>
    public static string? ReadLabel(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || !WireReader.TryReadField(ref value, out var field) || field.Type != WireType.LengthDelimited)
            return null;

        var label = field.Number switch
        {
            TraceSchema.AnyValueString => Cut(field.Payload),
            TraceSchema.AnyValueArray => ReadList(field.Payload),
            _ => "",
        };
        return label.Length == 0 ? null : label;
    }

    /// <summary>A number from 0 to <see cref="LargestNumber"/>, also as text.</summary>
    /// <returns>Null when it is not a number.</returns>
    public static decimal? ReadNumber(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || !WireReader.TryReadField(ref value, out var field))
            return null;

        decimal? number = (field.Number, field.Type) switch
        {
            (TraceSchema.AnyValueInt, WireType.Varint) => (long)field.Scalar,
            (Double, WireType.Fixed64) when BitConverter.UInt64BitsToDouble(field.Scalar) is >= 0 and <= (double)LargestNumber and var real => (decimal)real,
            (TraceSchema.AnyValueString, WireType.LengthDelimited) when Utf8Parser.TryParse(field.Payload, out decimal parsed, out var read) && read == field.Payload.Length => parsed,
            _ => null,
        };
        return number is >= 0 and <= LargestNumber ? number : null;
    }

    private static string ReadList(ReadOnlySpan<byte> list)
    {
        var labels = new StringBuilder();
        while (labels.Length < LongestLabel && !list.IsEmpty && WireReader.TryReadField(ref list, out var element))
        {
            if (ReadLabel(element.Payload) is { } label)
                labels.Append(labels.Length > 0 ? "," : "").Append(label);
        }

        return Cut(Encoding.UTF8.GetBytes(labels.ToString()));
    }

    private static string Cut(ReadOnlySpan<byte> text)
    {
        var end = Math.Min(text.Length, LongestLabel);
        while (end < text.Length && end > 0 && (text[end] & 0xC0) == 0x80)
            end--;
        return Encoding.UTF8.GetString(text[..end]);
    }
}
