using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Local.Faults;

/// <summary>An export of two spans in the encodings that senders use.</summary>
internal sealed class SampleExport(DateTimeOffset end)
{
    private readonly Span[] _spans = [Span(end), Span(end)];

    public ExportTraceServiceRequest Request => new() { ResourceSpans = { ResourceSpans } };

    public ResourceSpans ResourceSpans => new() { Resource = Resource, ScopeSpans = { ScopeSpans } };

    public ScopeSpans ScopeSpans => new() { Scope = new InstrumentationScope { Name = "gateway", Version = "1.0" }, Spans = { _spans } };

    public Span FirstSpan => _spans[0];

    public byte[] Protobuf => Request.ToByteArray();

    /// <summary>Scopes under the field number of before release 0.15.</summary>
    public byte[] OldProtobuf => Field(1, [.. Field(1, Resource.ToByteArray()), .. Field(1000, ScopeSpans.ToByteArray())]);

    public string Json => $$"""{"resourceSpans":[{{ResourceJson}}]}""";

    public string ResourceJson =>
        $$$"""{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"tfy-llm-gateway"}}]},"scopeSpans":[{{{ScopeJson}}}]}""";

    public string ScopeJson => $$"""{"scope":{"name":"gateway"},"spans":[{{string.Join(',', _spans.Select(span => JsonOf(span)))}}]}""";

    public string SpanJson => JsonOf(FirstSpan);

    public string OldJson => Json.Replace("scopeSpans", "instrumentationLibrarySpans", StringComparison.Ordinal).Replace("\"scope\"", "\"instrumentationLibrary\"", StringComparison.Ordinal);

    public string SnakeJson => Snake(Json);

    public string OldSnakeJson => Snake(OldJson);

    /// <summary>Times as floating-point numbers, counts as strings, enums by name.</summary>
    public string LooseJson => With(span => JsonOf(span, $"{span.EndTimeUnixNano / 1_000_000_000}.0e9", "\"SPAN_KIND_SERVER\"", ",\"status\":{\"code\":\"STATUS_CODE_ERROR\"},\"droppedEventsCount\":\"2\",\"attributes\":[{\"key\":\"n\",\"value\":{\"intValue\":2.0}},{\"key\":\"d\",\"value\":{\"doubleValue\":\"1.5\"}}]"));

    /// <summary>Times in another unit, as a power of ten per nanosecond.</summary>
    public string JsonIn(ulong nanoseconds) => With(span => JsonOf(span, (span.EndTimeUnixNano / nanoseconds).ToString(CultureInfo.InvariantCulture)));

    public string JsonInTicks => With(span => JsonOf(span, (span.EndTimeUnixNano / 100 + (ulong)DateTimeOffset.UnixEpoch.Ticks).ToString(CultureInfo.InvariantCulture)));

    public string JsonWithBase64Ids => With(span => JsonOf(span, traceId: span.TraceId.ToBase64(), spanId: span.SpanId.ToBase64()));

    public string JsonWithShortIds => With(span => JsonOf(span, traceId: Hex(span.SpanId)));

    public static byte[] Field(int number, byte[] content)
    {
        using var bytes = new MemoryStream();
        using var output = new CodedOutputStream(bytes);
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(content));
        output.Flush();
        return bytes.ToArray();
    }

    private static Resource Resource => new() { Attributes = { new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = "tfy-llm-gateway" } } } };

    private static Span Span(DateTimeOffset end) => new()
    {
        TraceId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)),
        SpanId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(8)),
        Name = "chatCompletions",
        StartTimeUnixNano = (ulong)(end.ToUnixTimeMilliseconds() - 1000) * 1_000_000,
        EndTimeUnixNano = (ulong)end.ToUnixTimeMilliseconds() * 1_000_000,
    };

    private static string JsonOf(Span span, string? time = null, string kind = "3", string more = "", string? traceId = null, string? spanId = null)
    {
        var end = time ?? $"\"{span.EndTimeUnixNano.ToString(CultureInfo.InvariantCulture)}\"";
        return $$"""{"traceId":"{{traceId ?? Hex(span.TraceId)}}","spanId":"{{spanId ?? Hex(span.SpanId)}}","name":"chatCompletions","kind":{{kind}},"startTimeUnixNano":{{end}},"endTimeUnixNano":{{end}}{{more}}}""";
    }

    private string With(Func<Span, string> json) =>
        $$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{{string.Join(',', _spans.Select(json))}}]}]}]}""";

    private static string Hex(ByteString id) => Convert.ToHexStringLower(id.Span);

    /// <summary>The names only: no value here has a capital letter that follows a small one, but for the name.</summary>
    private static string Snake(string json)
    {
        var text = new StringBuilder();
        foreach (var letter in json.Replace("chatCompletions", "chat", StringComparison.Ordinal))
            text.Append(char.IsAsciiLetterUpper(letter) ? "_" + char.ToLowerInvariant(letter) : letter);
        return text.ToString();
    }
}
