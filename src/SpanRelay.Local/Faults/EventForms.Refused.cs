using System.Text;
using Google.Protobuf;

namespace SpanRelay.Local.Faults;

/// <summary>What is quarantined, or dead-lettered for its times.</summary>
internal static partial class EventForms
{
    private const int Enough = 2000;

    private static IEnumerable<EventForm> BrokenExports =>
    [
        Named("A truncated gzip stream", "broken-gzip", sample => Wrapped.Gzip(sample.Protobuf)[..^6]),
        Named("A truncated zlib stream", "broken-compression", sample => Wrapped.Zlib(sample.Protobuf)[..^6]),
        Named("A truncated zstd stream", "broken-compression", sample => Wrapped.Zstd(sample.Protobuf)[..^6]),
        Named("A decompression bomb", "gzip-bomb", _ => Wrapped.Gzip(new byte[65 * 1024 * 1024])),
        Named("A decompression bomb inside base64", "gzip-bomb", _ => Wrapped.Base64(Wrapped.Zlib(new byte[65 * 1024 * 1024]))),
        Named("OTLP protobuf that ends in the middle", "cut-off", sample => sample.Protobuf[..^30]),
        Named("OTLP protobuf, cut at 64 KiB", "cut-off", sample => Long(sample)[..65_536]),
        Named("OTLP JSON that ends in the middle", "cut-off", sample => Wrapped.Utf8(sample.Json)[..^30]),
        Named("OTLP JSON with something behind it", "other-json", sample => Wrapped.Utf8(sample.Json + "}")),
        Named("OTLP JSON whose spans are under another name", "spans-not-found", sample => Wrapped.Utf8(sample.Json.Replace("scopeSpans", "scopeSpan", StringComparison.Ordinal))),
        Named("OTLP JSON with spans right in the resource", "spans-not-found", sample => Wrapped.Utf8($$"""{"resourceSpans":[{"resource":{},"spans":[{{sample.SpanJson}}]}]}""")),
        Named("OTLP protobuf with spans under an unknown number", "spans-not-found", sample => SampleExport.Field(1, [.. SampleExport.Field(1, Bytes(sample.ResourceSpans.Resource)), .. SampleExport.Field(7, Bytes(sample.ScopeSpans))])),
        Named("Different spans in scopes and in instrumentation libraries", "two-lists-of-spans", sample => SampleExport.Field(1, [.. SampleExport.Field(2, Bytes(sample.ScopeSpans)), .. SampleExport.Field(1000, SampleExport.Field(2, Bytes(sample.FirstSpan)))])),
        Named("A span without ids", "span-without-ids", sample => SampleExport.Field(1, SampleExport.Field(2, SampleExport.Field(2, SampleExport.Field(5, Wrapped.Utf8("a span")))))),
        Named("OTLP JSON with ids of a wrong length", "span-without-ids", sample => Wrapped.Utf8(sample.JsonWithShortIds)),
        Named("OTLP JSON with ids in base64", "ids-not-hex", sample => Wrapped.Utf8(sample.JsonWithBase64Ids)),
        Named("gzip in gzip, six times", "too-many-layers", sample => Enumerable.Range(0, 6).Aggregate(sample.Protobuf, (bytes, _) => Wrapped.Gzip(bytes))),
        Named("A gRPC frame with something else", "grpc-framed", _ => Wrapped.Grpc([0x07, 0x01, 0xFF, 0x00, 0x80])),
        Named("A gRPC frame in an unknown compression", "broken-compression", _ => Wrapped.Grpc([0x07, 0x01, 0xFF, 0x00, 0x80], isCompressed: true)),
        Named("A CloudEvent with something else", "cloudevent", _ => Wrapped.Utf8(Wrapped.CloudEvent("\"data\":{\"order\":7}"))),
        Named("A CloudEvent without data", "cloudevent", _ => Wrapped.Utf8("""{"specversion":"1.0","id":"1","source":"/shop","type":"order.placed"}""")),
        Expired("Times in milliseconds", "times-in-milliseconds", sample => sample.JsonIn(1_000_000)),
        Expired("Times in microseconds", "times-in-microseconds", sample => sample.JsonIn(1_000)),
        Expired("Times in seconds", "times-in-seconds", sample => sample.JsonIn(1_000_000_000)),
        Expired("Times in .NET ticks", "times-in-ticks", sample => sample.JsonInTicks),
    ];

    private static IEnumerable<EventForm> OtherTelemetry =>
    [
        NamedText("OTLP logs in JSON", "not-traces", """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"hello"}}]}]}]}"""),
        NamedText("OTLP metrics in JSON", "not-traces", """{"resourceMetrics":[{"scopeMetrics":[]}]}"""),
        NamedText("OTLP logs in JSON, in snake_case and with old names", "not-traces", """{"resource_logs":[{"instrumentation_library_logs":[]}]}"""),
        NamedText("OTLP profiles in JSON", "not-traces", """{"resourceProfiles":[{"scopeProfiles":[]}]}"""),
        Named("OTLP logs in protobuf", "not-traces", _ => OtlpOf([1 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8, 2 << 3, 9, .. SampleExport.Field(5, SampleExport.Field(1, Wrapped.Utf8("hello")))])),
        Named("OTLP metrics in protobuf", "not-traces", _ => OtlpOf([.. SampleExport.Field(1, Wrapped.Utf8("llm.requests")), .. SampleExport.Field(7, SampleExport.Field(1, [0]))])),
        Named("OTLP profiles in protobuf", "not-traces", _ => [.. OtlpOf(SampleExport.Field(1, [8, 1])), .. SampleExport.Field(2, SampleExport.Field(5, Wrapped.Utf8("cpu")))]),
        Named("OTLP logs in a gRPC frame", "not-traces", _ => Wrapped.Grpc(OtlpOf([1 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8, 2 << 3, 9]))),
        NamedText("Zipkin JSON, version 2", "zipkin", """[{"traceId":"5b8efff798038103","id":"eee19b7ec3c1b174","name":"get","timestamp":1,"duration":2,"localEndpoint":{"serviceName":"a"}}]"""),
        NamedText("Zipkin JSON, version 1", "zipkin", """[{"traceId":"5b8efff798038103","id":"eee19b7ec3c1b174","name":"get","annotations":[{"timestamp":1,"value":"sr"}],"binaryAnnotations":[]}]"""),
        Named("Zipkin protobuf", "zipkin", _ => SampleExport.Field(1, [.. SampleExport.Field(1, new byte[16]), .. SampleExport.Field(3, [1, 2, 3, 4, 5, 6, 7, 8]), .. SampleExport.Field(5, Wrapped.Utf8("get")), 6 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8, 7 << 3, 9])),
        Named("Zipkin Thrift", "zipkin", _ => [0x0C, 0, 0, 0, 1, 0x0A, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 0x0B, 0, 3, 0, 0, 0, 3, .. "get"u8, 0x0A, 0, 4, 1, 2, 3, 4, 5, 6, 7, 8, 0]),
        NamedText("Jaeger JSON", "jaeger", """{"data":[{"traceID":"5b8efff7","spans":[{"traceID":"5b8efff7","spanID":"eee19b7e","operationName":"get","references":[]}],"processes":{}}]}"""),
        Named("Jaeger protobuf, a batch", "jaeger", _ => [.. SampleExport.Field(1, JaegerSpan), .. SampleExport.Field(2, SampleExport.Field(1, Wrapped.Utf8("gateway")))]),
        Named("Jaeger protobuf, a span as in Kafka", "jaeger", _ => JaegerSpan),
        Named("Jaeger Thrift", "jaeger", _ => [0x82, 0x81, 1, 9, .. "emitBatch"u8, 0x1C, 0x1C, 0x18, 7, .. "gateway"u8, 0, 0x19, 0x0C, 0, 0]),
        NamedText("Datadog JSON", "datadog", """[[{"trace_id":1,"span_id":2,"name":"get","resource":"/","service":"a","start":1,"duration":2}]]"""),
        Named("Datadog MessagePack", "datadog", _ => [0x91, 0x91, 0x86, 0xA8, .. "trace_id"u8, 1, 0xA7, .. "span_id"u8, 2, 0xA4, .. "name"u8, 0xA3, .. "get"u8, 0xA8, .. "resource"u8, 0xA1, (byte)'/', 0xA5, .. "start"u8, 1, 0xA8, .. "duration"u8, 2]),
        NamedText("An SDK's console exporter", "console-exporter", """{"name":"get","context":{"trace_id":"0x5b8e","span_id":"0xeee1","trace_state":"[]"},"kind":"SpanKind.INTERNAL","start_time":"2026-05-04T10:20:30Z","end_time":"2026-05-04T10:20:31Z"}"""),
        NamedText("Application Insights", "application-insights", """{"name":"Microsoft.ApplicationInsights.Request","time":"2026-05-04T10:20:30Z","iKey":"0","data":{"baseType":"RequestData","baseData":{}}}"""),
        NamedText("Azure diagnostic records", "azure-diagnostics", """{"records":[{"time":"2026-05-04T10:20:30Z","resourceId":"/SUBSCRIPTIONS/X","category":"Audit"}]}"""),
        NamedText("Prometheus text", "prometheus", "# HELP requests Requests.\n# TYPE requests counter\nrequests{model=\"gpt\"} 7\n"),
        Named("Prometheus remote write", "prometheus", _ => [0x20, 0x7C, 0x0A, 0x1E, 0x0A, 0x10, 0x0A, 0x08, .. "__name__"u8, 0x12, 0x04, .. "up_a"u8, 0x12, 0x0A, 0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x10, 1]),
        NamedText("StatsD", "statsd", "requests:1|c|#model:gpt\n" + "latency:320|ms\n"),
        Named("Fluentd's forward protocol", "fluentd", _ => [0x93, 0xA7, .. "app.log"u8, 0xCE, 0x69, 0, 0, 0, 0x81, 0xA3, .. "msg"u8, 0xA2, .. "hi"u8]),
        NamedText("Syslog, RFC 5424", "syslog", "<34>1 2026-05-04T10:20:30.003Z host app - ID47 - started"),
        NamedText("Syslog, RFC 3164", "syslog", "<13>May  4 10:20:30 host app: started"),
        NamedText("JSON of a logging library", "plain-logs", """{"level":"info","message":"started","timestamp":"2026-05-04T10:20:30Z"}"""),
        NamedText("A request to a language model", "model-log", """{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}"""),
        NamedText("A language model's request and response", "model-log", """{"timestamp":1,"request":{"model":"gpt-4o","messages":[]},"response":{"choices":[]}}"""),
    ];

    private static IEnumerable<EventForm> SomethingElse =>
    [
        NamedText("Other JSON", "other-json", """{"hello":"world"}"""),
        NamedText("null", "json-value", "null"),
        NamedText("A number", "json-value", "12.5"),
        NamedText("true", "json-value", "true"),
        NamedText("A JSON string", "json-value", "\"hello there\""),
        NamedText("A web page", "html-page", "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head></html>"),
        NamedText("XML", "xml", "<?xml version=\"1.0\"?><traces><span id=\"1\"/></traces>"),
        NamedText("A URL-encoded form", "form", "service=gateway&span=chat%20completions&duration=12"),
        NamedText("CSV", "csv", "trace,span,duration\n5b8e,eee1,12\n5b8f,eee2,13\n"),
        NamedText("Plain text", "text", "Is this the right door?"),
        Named("An Avro file, as Event Hubs Capture writes them", "avro-capture", _ => [.. "Obj"u8, 1, 4, 0x14, .. "avro.codec"u8, 8, .. "null"u8]),
        Named("A Parquet file", "parquet", _ => [.. "PAR1"u8, 0x15, 4, 0x15, 8, .. "PAR1"u8]),
        Named("A zip file", "archive", _ => [.. "PK"u8, 3, 4, 20, 0, 0, 0, 8, 0]),
        Named("A tar file", "archive", _ => Tar()),
        Named("Snappy's framing format", "snappy", _ => [0xFF, 6, 0, 0, .. "sNaPpY"u8, 1, 5, 0, 0]),
        Named("Snappy of Java's Kafka clients", "snappy", _ => [0x82, .. "SNAPPY"u8, 0, 0, 0, 0, 1, 0, 0, 0, 1]),
        Named("LZ4", "lz-four", _ => [0x04, 0x22, 0x4D, 0x18, 0x64, 0x40, 0xA7, 1, 2]),
        Named("Zero bytes", "zero-bytes", _ => new byte[300]),
        Named("Encrypted or random bytes", "random-bytes", _ => Random(Enough)),
        Named("Brotli", "random-bytes", _ => Wrapped.Brotli(Encoding.ASCII.GetBytes(Convert.ToBase64String(Random(Enough))))),
        Named("Unknown binary data", "other-binary", _ => [0x07, 0x01, 0xFF, 0x00, 0x80, 0x80, 0x80]),
    ];

    private static byte[] JaegerSpan { get; } =
    [
        .. SampleExport.Field(1, [.. Enumerable.Range(1, 16).Select(value => (byte)value)]), .. SampleExport.Field(2, [1, 2, 3, 4, 5, 6, 7, 8]),
        .. SampleExport.Field(3, Wrapped.Utf8("get")), .. SampleExport.Field(6, [8, 1]), .. SampleExport.Field(7, [16, 1]),
    ];

    private static byte[] OtlpOf(byte[] item) => SampleExport.Field(1, [.. SampleExport.Field(1, []), .. SampleExport.Field(2, [.. SampleExport.Field(1, []), .. SampleExport.Field(2, item)])]);

    private static byte[] Long(SampleExport sample)
    {
        var scope = sample.ScopeSpans;
        for (var i = 0; i < Enough; i++)
            scope.Spans.Add(sample.FirstSpan);
        var resource = sample.ResourceSpans;
        resource.ScopeSpans.Add(scope);
        return SampleExport.Field(1, resource.ToByteArray());
    }

    private static byte[] Tar()
    {
        var header = new byte[512];
        "spans.json"u8.CopyTo(header);
        "ustar"u8.CopyTo(header.AsSpan(257));
        return header;
    }

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(20_260_504).NextBytes(bytes);
        return bytes;
    }

    private static EventForm Expired(string name, string cause, Func<SampleExport, string> create) =>
        Json(name, "json", create) with { Cause = cause };
}
