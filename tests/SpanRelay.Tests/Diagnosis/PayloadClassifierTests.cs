using System.IO.Compression;
using System.Text;
using Google.Protobuf;
using SpanRelay.Buffers;
using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Tests.Redaction.Detectors;

namespace SpanRelay.Tests.Diagnosis;

public sealed class PayloadClassifierTests
{
    private static readonly byte[] Export = Some.Request(Some.Span()).ToByteArray();

    public static TheoryData<string, byte[], string> Events() => new()
    {
        { "Azure diagnostic records", Text("""{"records":[{"time":"2026-05-04T10:20:30Z","resourceId":"/SUBSCRIPTIONS/X"}]}"""), "azure-diagnostics" },
        { "diagnostic records, larger than what is looked at", Text($$"""{"records":[{"category":"{{new string('x', 100_000)}}"}]}"""), "azure-diagnostics" },
        { "a captured file", Text("Obj\u0001\u0004\u0014avro.codec\bnull"), "avro-capture" },
        { "logs as OTLP JSON", Text("""{"resourceLogs":[]}"""), "not-traces" },
        { "metrics as OTLP JSON", Text("""{"resourceMetrics":[]}"""), "not-traces" },
        { "logs as OTLP protobuf", Otlp(LogRecord()), "not-traces" },
        { "logs as OTLP protobuf, with the time of observation only", Otlp(Field(5, Text("hello")), [11 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8]), "not-traces" },
        { "logs as OTLP protobuf, larger than what is looked at", Otlp(LogRecord(), Field(5, new byte[100_000])), "not-traces" },
        { "a gauge as OTLP protobuf", Otlp(Field(1, Text("llm.requests.in.flight")), Field(5, Field(1, [0]))), "not-traces" },
        { "a sum as OTLP protobuf", Otlp(Field(1, Text("llm.requests")), Field(2, Text("how many")), Field(7, Field(1, [0]))), "not-traces" },
        { "a histogram as OTLP protobuf", Otlp(Field(1, Text("llm.tokens")), Field(9, Field(1, [0]))), "not-traces" },
        { "a line of a logger", Text("""{"level":"info","message":"started"}"""), "plain-logs" },
        { "several lines of a logger", Text("{\"msg\":\"one\"}\n{\"msg\":\"two\"}\n"), "plain-logs" },
        { "a list of log lines", Text("""[{"timestamp":"2026-05-04T10:20:30Z","message":"one"},{}]"""), "plain-logs" },
        { "other JSON", Text("""{"hello":"world"}"""), "other-json" },
        { "JSON that was cut off", Text("""{"resourceSpans":[{"resource":{"""), "cut-off" },
        { "a list", Text("[1,2,3]"), "other-json" },
        { "anything over gRPC", [0, 0, 0, 0, 3, 0x07, 0xFF, 0x80], "grpc-framed" },
        { "text", Text("Is this the right door?"), "text" },
        { "text in another script", Text("Ist hier die richtige Tür? 这是对的门吗"), "text" },
        { "no body", [], "empty-event" },
        { "bytes", [0x07, 0x01, 0xFF, 0x00, 0x80], "other-binary" },
        { "bytes that start as protobuf with a brace for a length", [0x0A, (byte)'{', 0x0A, 0x02, 0x01], "other-binary" },
        { "an export that was cut off", Export[..^5], "cut-off" },
        { "a span without ids", Some.Request(new Span { Name = "made by hand", EndTimeUnixNano = Some.UnixNano(Some.Now) }).ToByteArray(), "span-without-ids" },
        { "a span without ids and times", Some.Request(new Span { TraceId = ByteString.CopyFrom(1, 2), Name = "made by hand", Attributes = { Some.Attribute("a", "b") } }).ToByteArray(), "span-without-ids" },
        { "gzip that was cut off", Gzip(Export)[..^6], "broken-gzip" },
        { "a bomb", Gzip(new byte[PayloadDecoder.MaxInflatedBytes + 1]), "gzip-bomb" },
    };

    /// <summary>What looks like something else and has no mark of it: a wrong name is worse than none.</summary>
    public static TheoryData<string, byte[], string> NearMisses() => new()
    {
        { "records without a resource", Text("""{"records":[{"value":"x"}]}"""), "other-json" },
        { "a time alone", Text("""{"timestamp":"2026-05-04T10:20:30Z"}"""), "other-json" },
        { "a message alone", Text("""{"message":"not found"}"""), "other-json" },
        { "an id that is not Zipkin's", Text("""{"traceId":"1","id":"2"}"""), "other-json" },
        { "spans of nobody", Text("""{"spans":[{"name":"a"}]}"""), "other-json" },
        { "a model without a conversation", Text("""{"model":"x","price":1}"""), "other-json" },
        { "data without a specversion", Text("""{"data":{"a":1}}"""), "other-json" },
        { "prose with commas", Text("Dear all,\nas we said, it works,\nyours, a sender"), "text" },
        { "an assignment", Text("a=b"), "text" },
        { "less than something", Text("< 3 spans"), "text" },
        { "a word that is base64, too", Text("HelloWorldHelloWorld"), "text" },
        { "text that starts like zlib", Text("x^2 + y^2 = z^2, as everybody knows"), "text" },
        { "a name and a number", Text("requests 12"), "text" },
        { "PAR1 without an end", [.. "PAR1"u8, 1, 2, 3, 4], "other-binary" },
        { "one zero byte", [0], "other-binary" },
        { "little that is random", [0x07, 0x9F, 0xC3, 0x11, 0x80, 0xFE, 0x2A], "other-binary" },
        { "zeros with an end", [.. new byte[300], 7], "other-binary" },
        { "other protobuf", [.. Field(1, Field(3, Text("x"))), .. Field(2, Text("y"))], "other-binary" },
        { "MessagePack of another kind", [0x82, 0xA1, (byte)'a', 1, 0xA1, (byte)'b', 2], "other-binary" },
    };

    [Theory]
    [MemberData(nameof(NearMisses))]
    public void WhatHasNoMarkGetsNoName(string what, byte[] body, string code)
    {
        Assert.Equal($"{what}: {code}", $"{what}: {CodeOf(body)}");
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void IsClassified(string what, byte[] body, string code)
    {
        Assert.Equal($"{what}: {code}", $"{what}: {CodeOf(body)}");
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void CompressedItIsTheSame(string what, byte[] body, string code)
    {
        if (code is "broken-gzip" or "gzip-bomb")
            return;

        Assert.Equal($"{what}: {code}", $"{what}: {CodeOf(Gzip(body))}");
    }

    /// <summary>As the relay reads it: what is readable after all is no dead letter.</summary>
    private static string CodeOf(byte[] body)
    {
        using var decoder = new PayloadDecoder();
        using var output = new PooledBuffer();
        var redactor = new Redactor(new RedactionOptions(), ResourceAttributes.None);
        var export = decoder.Decode(body, out var problem);
        if (problem == PayloadProblem.None)
            problem = redactor.Redact(export, output, new int[redactor.Rules.Count]).Problem;

        Assert.NotEqual(PayloadProblem.None, problem);
        return PayloadClassifier.Classify(body, problem).Code;
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A request of one resource, one scope, and in it one item with these fields.</summary>
    private static byte[] Otlp(params byte[][] item) => Field(1, [.. Field(1, []), .. Field(2, [.. Field(1, []), .. Field(2, [.. item.SelectMany(field => field)])])]);

    private static byte[] LogRecord() => [1 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8, 2 << 3, 9];

    private static byte[] Field(int number, byte[] content)
    {
        using var output = new MemoryStream();
        using (var coded = new CodedOutputStream(output, leaveOpen: true))
        {
            coded.WriteTag(number, WireFormat.WireType.LengthDelimited);
            coded.WriteBytes(ByteString.CopyFrom(content));
        }

        return output.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return output.ToArray();
    }
}
