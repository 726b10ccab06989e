using Google.Protobuf;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Bodies that are no OTLP traces, and what the relay says about them.</summary>
internal static class BadInput
{
    private const int Depth = 10_000;

    public static IReadOnlyList<(byte[] Body, string Reason)> All { get; } =
    [
        (Some.Utf8("Is this the right door?"), "The body is not valid protobuf."),
        (Some.Event().Body[..^5], "The body is not valid protobuf."),
        (Some.Gzip(Some.Event().Body)[..^5], "The body starts as gzip but is truncated or corrupt."),
        (Some.Gzip(new byte[65 * 1024 * 1024]), "The body inflates to more than 64 MiB."),
        ([], "The event has no body."),
        (RandomBytes(), "The body is not valid protobuf."),
        (DeepProtobuf(), "The body nests deeper than receivers read (100 messages in one another)."),
        (DeepJson(), "The body nests deeper than receivers read (100 messages in one another)."),
    ];

    private static byte[] RandomBytes()
    {
        var bytes = new byte[1_000_000];
        new Random(20_260_504).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A span's attribute whose value is an array in an array in an array…</summary>
    private static byte[] DeepProtobuf()
    {
        var value = new AnyValue { StringValue = "deep" }.ToByteArray();
        for (var level = 0; level < Depth; level++)
            value = InArray(value);
        return WithAttributeValue(value);
    }

    /// <summary><c>AnyValue{ array_value = ArrayValue{ values = [value] } }</c></summary>
    private static byte[] InArray(byte[] value) => Field(5, Field(1, value));

    private static byte[] WithAttributeValue(byte[] value)
    {
        byte[] attribute = [.. Field(1, Some.Utf8("deep")), .. Field(2, value)];
        byte[] span = [.. Some.Span().ToByteArray(), .. Field(9, attribute)];
        return Field(1, Field(2, Field(2, span)));
    }

    private static byte[] Field(int number, byte[] content)
    {
        using var bytes = new MemoryStream(content.Length + 8);
        using var output = new CodedOutputStream(bytes);
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteLength(content.Length);
        output.Flush();
        bytes.Write(content);
        return bytes.ToArray();
    }

    private static byte[] DeepJson()
    {
        var open = string.Concat(Enumerable.Repeat("""{"arrayValue":{"values":[""", Depth));
        var close = string.Concat(Enumerable.Repeat("]}}", Depth));
        return Some.Utf8(
            """{"resourceSpans":[{"resource":{"attributes":[{"key":"deep","value":""" + open + """{"stringValue":"deep"}""" + close + "}]}}]}");
    }
}
