namespace SpanRelay.Local.Faults;

/// <summary>Forms in which exports and other things arrive, and what becomes of each. docs/event-forms.md is made of it.</summary>
internal static partial class EventForms
{
    public static IReadOnlyList<EventForm> All { get; } = [.. Plain, .. WrappedExports, .. Empty, .. BrokenExports, .. OtherTelemetry, .. SomethingElse];

    private static IEnumerable<EventForm> Plain =>
    [
        Read("OTLP protobuf", "protobuf", sample => sample.Protobuf),
        Read("OTLP protobuf, gzipped", "gzip+protobuf", sample => Wrapped.Gzip(sample.Protobuf)),
        Read("OTLP protobuf with instrumentation libraries (before release 0.15)", "old-scopes+protobuf", sample => sample.OldProtobuf),
        Read("OTLP protobuf, the same spans in scopes and in instrumentation libraries", "old-scopes+protobuf", sample => SampleExport.Field(1, [.. SampleExport.Field(2, Bytes(sample.ScopeSpans)), .. SampleExport.Field(1000, Bytes(sample.ScopeSpans))])),
        Read("Two exports in protobuf, end to end", "protobuf", sample => [.. sample.Protobuf, .. sample.Protobuf], spans: 4),
        Read("A ResourceSpans in protobuf, without the request around it", "part+protobuf", sample => Bytes(sample.ResourceSpans)),
        Read("A ScopeSpans in protobuf", "part+protobuf", sample => Bytes(sample.ScopeSpans)),
        Read("A span in protobuf", "part+protobuf", sample => Bytes(sample.FirstSpan), spans: 1),
        Json("OTLP JSON", "json", sample => sample.Json),
        Json("OTLP JSON with a byte order mark", "json", sample => "\uFEFF" + sample.Json),
        Json("OTLP JSON in snake_case", "snake-case+json", sample => sample.SnakeJson),
        Json("OTLP JSON with instrumentation libraries", "old-scopes+json", sample => sample.OldJson),
        Json("OTLP JSON with instrumentation libraries, in snake_case", "old-scopes+snake-case+json", sample => sample.OldSnakeJson),
        Json("OTLP JSON with enums by name, floating-point times and numbers in strings", "json", sample => sample.LooseJson),
        Json("JSON lines of exports, as the Collector's file exporter writes them", "several+json", sample => $"{sample.Json}\n{sample.Json}\n", spans: 4),
        Json("A JSON array of exports", "several+json", sample => $"[{sample.Json},{sample.Json}]", spans: 4),
        Json("A ResourceSpans in JSON, without the request around it", "part+json", sample => sample.ResourceJson),
        Json("A ScopeSpans in JSON", "part+json", sample => sample.ScopeJson),
        Json("A span in JSON", "part+json", sample => sample.SpanJson, spans: 1),
        Json("A JSON array of spans", "several+part+json", sample => $"[{sample.SpanJson},{sample.SpanJson}]"),
        Read("OTLP JSON in UTF-16, little-endian, with a byte order mark", "utf16+json", sample => Wrapped.Utf16(sample.Json, isBigEndian: false, hasMark: true)),
        Read("OTLP JSON in UTF-16, little-endian", "utf16+json", sample => Wrapped.Utf16(sample.Json, isBigEndian: false, hasMark: false)),
        Read("OTLP JSON in UTF-16, big-endian, with a byte order mark", "utf16+json", sample => Wrapped.Utf16(sample.Json, isBigEndian: true, hasMark: true)),
        Read("OTLP JSON in UTF-16, big-endian", "utf16+json", sample => Wrapped.Utf16(sample.Json, isBigEndian: true, hasMark: false)),
    ];

    private static IEnumerable<EventForm> WrappedExports =>
    [
        Read("OTLP JSON, gzipped", "gzip+json", sample => Wrapped.Gzip(Wrapped.Utf8(sample.Json))),
        Read("gzip of several members", "gzip+protobuf", sample => [.. Wrapped.Gzip(sample.Protobuf[..40]), .. Wrapped.Gzip(sample.Protobuf[40..])]),
        Read("gzip in gzip", "gzip+protobuf", sample => Wrapped.Gzip(Wrapped.Gzip(sample.Protobuf))),
        Read("zlib", "zlib+protobuf", sample => Wrapped.Zlib(sample.Protobuf)),
        Read("Raw deflate", "deflate+protobuf", sample => Wrapped.Deflate(sample.Protobuf)),
        Read("Raw deflate of OTLP JSON", "deflate+json", sample => Wrapped.Deflate(Wrapped.Utf8(sample.Json))),
        Read("zstd", "zstd+protobuf", sample => Wrapped.Zstd(sample.Protobuf)),
        Read("zstd of OTLP JSON", "zstd+json", sample => Wrapped.Zstd(Wrapped.Utf8(sample.Json))),
        Read("base64", "base64+protobuf", sample => Wrapped.Base64(sample.Protobuf)),
        Read("base64 in lines", "base64+protobuf", sample => Wrapped.Base64Lines(sample.Protobuf)),
        Read("base64 of the URL alphabet, without padding", "base64+protobuf", sample => Wrapped.Base64Url(sample.Protobuf)),
        Read("base64 in quotes", "quoted+base64+protobuf", sample => [(byte)'"', .. Wrapped.Base64(sample.Protobuf), (byte)'"']),
        Read("base64 of gzip of OTLP JSON", "gzip+base64+json", sample => Wrapped.Base64(Wrapped.Gzip(Wrapped.Utf8(sample.Json)))),
        Read("gzip of base64 of OTLP JSON", "gzip+base64+json", sample => Wrapped.Gzip(Wrapped.Base64(Wrapped.Utf8(sample.Json)))),
        Read("OTLP JSON encoded as a JSON string", "quoted+json", sample => Wrapped.Quoted(sample.Json)),
        Json("A CloudEvent with OTLP JSON in data", "cloudevent+json", sample => Wrapped.CloudEvent($"\"data\":{sample.Json}")),
        Json("A CloudEvent with a JSON string in data", "cloudevent+json", sample => Wrapped.CloudEvent($"\"data\":{Text(Wrapped.Quoted(sample.Json))}")),
        Json("A CloudEvent with protobuf in data_base64", "cloudevent+base64+protobuf", sample => Wrapped.CloudEvent($"\"data_base64\":\"{Text(Wrapped.Base64(sample.Protobuf))}\"")),
        Json("Kafka Connect's envelope of schema and payload around OTLP JSON", "connect+json", sample => Wrapped.ConnectEnvelope(sample.Json)),
        Json("Kafka Connect's envelope around base64", "connect+base64+protobuf", sample => Wrapped.ConnectEnvelope($"\"{Text(Wrapped.Base64(sample.Protobuf))}\"")),
        Read("A gRPC frame", "grpc+protobuf", sample => Wrapped.Grpc(sample.Protobuf)),
        Read("A compressed gRPC frame", "grpc+protobuf", sample => Wrapped.Grpc(Wrapped.Gzip(sample.Protobuf), isCompressed: true)),
        Read("A gRPC frame compressed with zstd", "grpc+protobuf", sample => Wrapped.Grpc(Wrapped.Zstd(sample.Protobuf), isCompressed: true)),
        Read("Two gRPC frames", "grpc+protobuf", sample => [.. Wrapped.Grpc(sample.Protobuf), .. Wrapped.Grpc(sample.Protobuf)], spans: 4),
        Read("Length-delimited protobuf", "length-delimited+protobuf", sample => Wrapped.LengthDelimited(sample.Protobuf)),
        Read("Several length-delimited exports", "length-delimited+protobuf", sample => [.. Wrapped.LengthDelimited(sample.Protobuf), .. Wrapped.LengthDelimited(sample.Protobuf)], spans: 4),
        Read("A schema registry's prefix before protobuf", "schema-id+protobuf", sample => Wrapped.SchemaId(sample.Protobuf)),
        Read("A schema registry's prefix and message index before protobuf", "schema-id+protobuf", sample => Wrapped.SchemaId(sample.Protobuf, 0)),
        Read("A schema registry's prefix and a longer message index before protobuf", "schema-id+protobuf", sample => Wrapped.SchemaId(sample.Protobuf, 4, 2, 0)),
        Read("A schema registry's prefix before OTLP JSON", "schema-id+json", sample => Wrapped.SchemaId(Wrapped.Utf8(sample.Json))),
    ];

    private static IEnumerable<EventForm> Empty =>
    [
        Json("{}", "json", _ => "{}", spans: 0),
        Json("[]", "several+json", _ => "[]", spans: 0),
        Json("""{"resourceSpans":[]}""", "json", _ => """{"resourceSpans":[]}""", spans: 0),
        Json("""{"resourceSpans":[{"resource":{},"scopeSpans":[]}]}""", "json", _ => """{"resourceSpans":[{"resource":{},"scopeSpans":[]}]}""", spans: 0),
        Json("""{"resourceSpans":[{"scopeSpans":[{"spans":[]}]}]}""", "json", _ => """{"resourceSpans":[{"scopeSpans":[{"spans":[]}]}]}""", spans: 0),
        Read("A resource without spans in protobuf", "protobuf", sample => SampleExport.Field(1, SampleExport.Field(1, Bytes(sample.ResourceSpans.Resource))), spans: 0),
        Named("No body", "empty-event", _ => []),
        Named("gzip of nothing", "empty-event", _ => Wrapped.Gzip([])),
    ];

    private static byte[] Bytes(Google.Protobuf.IMessage message) => Google.Protobuf.MessageExtensions.ToByteArray(message);

    private static string Text(byte[] utf8) => System.Text.Encoding.UTF8.GetString(utf8);

    private static EventForm Read(string name, string form, Func<SampleExport, byte[]> create, int spans = 2) =>
        new(name, now => create(new SampleExport(now))) { ReadAs = form, Spans = spans };

    private static EventForm Json(string name, string form, Func<SampleExport, string> create, int spans = 2) =>
        Read(name, form, sample => Wrapped.Utf8(create(sample)), spans);

    private static EventForm Named(string name, string cause, Func<SampleExport, byte[]> create) =>
        new(name, now => create(new SampleExport(now))) { Cause = cause };

    private static EventForm NamedText(string name, string cause, string text) =>
        Named(name, cause, _ => Wrapped.Utf8(text));
}
