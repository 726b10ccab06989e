using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Things to send, where any will do.</summary>
internal static class Some
{
    /// <summary>A span that ended just now, with ids of its own.</summary>
    public static Span Span() => new()
    {
        TraceId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)),
        SpanId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(8)),
        Name = "chatCompletions",
        EndTimeUnixNano = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000,
    };

    /// <summary>One span, and its id in hex.</summary>
    public static (byte[] Body, string SpanId) Event(params KeyValue[] attributes)
    {
        var span = Span();
        span.Attributes.Add(attributes);
        return (Request(span).ToByteArray(), span.Id());
    }

    public static ExportTraceServiceRequest Request(params Span[] spans) => new()
    {
        ResourceSpans =
        {
            new ResourceSpans
            {
                Resource = new Resource { Attributes = { Attribute("service.name", "tfy-llm-gateway") } },
                ScopeSpans = { new ScopeSpans { Spans = { spans } } },
            },
        },
    };

    public static KeyValue Attribute(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    public static string Id(this Span span) => Convert.ToHexStringLower(span.SpanId.Span);

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return output.ToArray();
    }

    public static ReadOnlyMemory<byte> Gunzip(ReadOnlyMemory<byte> bytes)
    {
        using var input = new MemoryStream(bytes.ToArray());
        using var gzip = new GZipStream(input, CompressionMode.Decompress);
        using var output = new MemoryStream();
        gzip.CopyTo(output);
        return output.ToArray();
    }
}
