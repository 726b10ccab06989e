using System.Text;
using Google.Protobuf;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>Encodes by hand what no library would.</summary>
internal static class Wire
{
    public static byte[] Field(int number, params byte[][] pieces)
    {
        byte[] value = [.. pieces.SelectMany(piece => piece)];
        return [.. Varint((ulong)number << 3 | (byte)WireType.LengthDelimited), .. Varint((ulong)value.Length), .. value];
    }

    public static byte[] Text(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    public static byte[] Number(int number, ulong value) => [.. Varint((ulong)number << 3), .. Varint(value)];

    public static byte[] Fixed64(int number, ulong value) => [.. Varint((ulong)number << 3 | (byte)WireType.Fixed64), .. BitConverter.GetBytes(value)];

    public static byte[] Fixed32(int number, uint value) => [.. Varint((ulong)number << 3 | (byte)WireType.Fixed32), .. BitConverter.GetBytes(value)];

    /// <summary>A group, which no message of the protocol ever had: its start, what is in it, and its end.</summary>
    public static byte[] Group(int number, params byte[] inner) => [.. Varint((ulong)number << 3 | 3), .. inner, .. Varint((ulong)number << 3 | 4)];

    /// <param name="longest">Pads to so many bytes.</param>
    public static byte[] Varint(ulong value, int longest = 0)
    {
        var bytes = new List<byte>();
        do
            bytes.Add((byte)(value | 0x80));
        while ((value >>= 7) != 0);
        while (bytes.Count < longest)
            bytes.Add(0x80);
        bytes[^1] &= 0x7F;
        return [.. bytes];
    }

    public static byte[] Key(string key) => Text(TraceSchema.KeyValueKey, key);

    /// <summary>The value of a KeyValue: a text.</summary>
    public static byte[] Value(string text) => Field(TraceSchema.KeyValueValue, Text(TraceSchema.AnyValueString, text));

    /// <summary>A request of one span, whose encoding ends with these fields.</summary>
    public static byte[] RequestOfSpan(params byte[][] fields) => RequestOf(Field(2, [Some.Span().ToByteArray(), .. fields]));

    /// <summary>A request of one span with one attribute, made of these fields.</summary>
    public static byte[] RequestOfAttribute(params byte[][] fields) => RequestOfSpan(Field(TraceSchema.SpanAttributes, fields));

    /// <summary>A request of one resource with one scope, made of these fields.</summary>
    public static byte[] RequestOf(params byte[][] scopeFields) => Field(1, Field(2, scopeFields));

    public static ExportTraceServiceRequest Decoded(byte[] request) => ExportTraceServiceRequest.Parser.ParseFrom(request);
}
