using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Local.Faults;

/// <summary>The events that the scenarios send.</summary>
internal static class FaultyEvent
{
    /// <summary>With <see cref="FaultScenarios.ShortLife"/>, how long a span of <see cref="Expiring"/> has left.</summary>
    private static readonly TimeSpan LeftToLive = TimeSpan.FromSeconds(6);

    public static byte[] Good(DateTimeOffset now) => Export(Span(now));

    /// <summary>A span that is about to expire.</summary>
    public static byte[] Expiring(DateTimeOffset now) => Export(Span(now - TimeSpan.FromMinutes(1) + LeftToLive));

    public static byte[] Old(DateTimeOffset now) => Export(Span(now - TimeSpan.FromHours(2)));

    public static byte[] InFuture(DateTimeOffset now) => Export(Span(now + TimeSpan.FromHours(3)));

    public static byte[] WithoutEnd(DateTimeOffset now)
    {
        var span = Span(now);
        span.EndTimeUnixNano = 0;
        return Export(span);
    }

    public static byte[] WithoutIds(DateTimeOffset now)
    {
        var span = Span(now);
        span.TraceId = ByteString.Empty;
        return Export(span);
    }

    /// <summary>Larger than Dynatrace accepts, but small enough for an event when compressed.</summary>
    public static byte[] Huge(DateTimeOffset now)
    {
        var span = Span(now);
        span.Attributes.Add(new KeyValue { Key = "note", Value = new AnyValue { StringValue = new string('x', 8_100_000) } });
        return Wrapped.Gzip(Export(span));
    }

    public static byte[] BrokenGzip(DateTimeOffset now) => Wrapped.Gzip(Good(now))[..^6];

    public static byte[] GzipBomb(DateTimeOffset now) => Wrapped.Gzip(new byte[65 * 1024 * 1024]);

    /// <summary>An export in such a frame would be read.</summary>
    public static byte[] GrpcFramed(DateTimeOffset now) => Wrapped.Grpc([0x07, 0x01, 0xFF, 0x00, 0x80]);

    public static byte[] Nested(DateTimeOffset now)
    {
        var value = new AnyValue { StringValue = "deep" };
        for (var depth = 0; depth < 60; depth++)
            value = new AnyValue { ArrayValue = new ArrayValue { Values = { value } } };
        var span = Span(now);
        span.Attributes.Add(new KeyValue { Key = "note", Value = value });
        return Export(span);
    }

    public static Func<DateTimeOffset, byte[]> Text(string text) => _ => Encoding.UTF8.GetBytes(text);

    private static Span Span(DateTimeOffset end) => new()
    {
        TraceId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)),
        SpanId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(8)),
        Name = "chatCompletions",
        StartTimeUnixNano = UnixNano(end - TimeSpan.FromSeconds(1)),
        EndTimeUnixNano = UnixNano(end),
    };

    private static ulong UnixNano(DateTimeOffset time) => (ulong)time.ToUnixTimeMilliseconds() * 1_000_000;

    private static byte[] Export(Span span) => new ExportTraceServiceRequest
    {
        ResourceSpans =
        {
            new ResourceSpans
            {
                Resource = new Resource { Attributes = { new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = "tfy-llm-gateway" } } } },
                ScopeSpans = { new ScopeSpans { Spans = { span } } },
            },
        },
    }.ToByteArray();
}
