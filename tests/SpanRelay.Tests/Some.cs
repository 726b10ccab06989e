using System.Globalization;
using System.Text;
using Google.Protobuf;
using SpanRelay.Buffers;
using SpanRelay.Dynatrace;
using SpanRelay.Otlp.Schema;
using SpanRelay.Pipeline;
using SpanRelay.Redaction;
using SpanRelay.Tokens;

namespace SpanRelay.Tests;

/// <summary>Things to test with, where any will do.</summary>
internal static class Some
{
    public const string Token = "dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static readonly DateTimeOffset Now = new(2026, 5, 4, 10, 20, 30, TimeSpan.Zero);

    public static ApiToken ApiToken { get; } =
        SpanRelay.Tokens.ApiToken.TryParse(Token, out var token, out var problem) ? token : throw new InvalidOperationException(problem);

    public static TokenOptions TokenOptions { get; } = new() { ApiToken = ApiToken };

    public static DynatraceEndpoint EndpointAt(string environment) =>
        DynatraceEndpoint.TryParse(environment, out var endpoint, out var problem) ? endpoint : throw new InvalidOperationException(problem);

    public static DynatraceOptions Dynatrace(Uri? address = null) =>
        new() { Endpoint = EndpointAt(address?.AbsoluteUri ?? "abc12345"), Token = TokenOptions };

    public static ulong UnixNano(DateTimeOffset time) => (ulong)time.ToUnixTimeMilliseconds() * 1_000_000;

    public static Span Span(int id = 1, string name = "chatCompletions", DateTimeOffset? end = null) => new()
    {
        TraceId = ByteString.CopyFrom(Id(id, 16)),
        SpanId = ByteString.CopyFrom(Id(id, 8)),
        Name = name,
        Kind = SpanRelay.Otlp.Schema.Span.Types.SpanKind.Client,
        StartTimeUnixNano = UnixNano((end ?? Now) - TimeSpan.FromSeconds(1)),
        EndTimeUnixNano = UnixNano(end ?? Now),
    };

    public static ExportTraceServiceRequest Request(params Span[] spans)
    {
        var scope = new ScopeSpans { Scope = new InstrumentationScope { Name = "gateway", Version = "1" } };
        scope.Spans.Add(spans);
        var resource = new ResourceSpans { Resource = new Resource(), SchemaUrl = "https://example.org/schema" };
        resource.Resource.Attributes.Add(Attribute("service.name", "tfy-llm-gateway"));
        resource.ScopeSpans.Add(scope);
        return new ExportTraceServiceRequest { ResourceSpans = { resource } };
    }

    public static KeyValue Attribute(string key, string value) => new() { Key = key, Value = Text(value) };

    public static AnyValue Text(string value) => new() { StringValue = value };

    public static PooledBuffer Buffer(ReadOnlySpan<byte> bytes)
    {
        var buffer = new PooledBuffer();
        buffer.Append(bytes);
        return buffer;
    }

    /// <summary>A batch of partition 3 whose sequence numbers start at 41.</summary>
    public static EventBatch Batch(params byte[][] bodies) =>
        new("3", [.. bodies.Select((body, index) => new IncomingEvent(body, 41 + index))]);

    public static (RedactionResult Result, byte[] Output) Redact(this Redactor redactor, byte[] request)
    {
        using var output = new PooledBuffer();
        var result = redactor.Redact(request, output, new int[redactor.Rules.Count]);
        return (result, output.WrittenSpan.ToArray());
    }

    public static bool Contains(this byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    private static byte[] Id(int id, int length) =>
        Convert.FromHexString(id.ToString("x", CultureInfo.InvariantCulture).PadLeft(2 * length, '0'));
}
