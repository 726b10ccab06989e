using System.Globalization;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Cli.Redact;

/// <summary>An attribute's value for display: strings as they are, lists and maps as JSON.</summary>
internal static class ValueText
{
    /// <param name="encoded">An encoded value, which may be malformed where it was dropped.</param>
    public static string From(ReadOnlySpan<byte> encoded)
    {
        try
        {
            return From(AnyValue.Parser.ParseFrom(encoded));
        }
        catch (InvalidProtocolBufferException)
        {
            return $"{encoded.Length} bytes that are no value";
        }
    }

    public static string From(AnyValue value) =>
        value.ValueCase == AnyValue.ValueOneofCase.StringValue ? value.StringValue : Json(value);

    private static string Json(AnyValue? value) => value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => Quoted(value.StringValue),
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.BytesValue => Quoted(value.BytesValue.ToBase64()),
        AnyValue.ValueOneofCase.ArrayValue => $"[{string.Join(", ", value.ArrayValue.Values.Select(Json))}]",
        AnyValue.ValueOneofCase.KvlistValue => $"{{{string.Join(", ", value.KvlistValue.Values.Select(member => $"{Quoted(member.Key)}: {Json(member.Value)}"))}}}",
        _ => "null",
    };

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
