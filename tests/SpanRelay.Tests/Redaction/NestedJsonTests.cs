using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Tests.Redaction.Oracle;

namespace SpanRelay.Tests.Redaction;

/// <summary>JSON in strings of JSON: what must not leave is found at any depth that is read, and what is deeper goes as a whole.</summary>
public class NestedJsonTests
{
    private const string Planted = "kanarie7";
    private const int DeepestRead = 4;

    private static readonly Redactor ByDefault = new(new RedactionOptions(), ResourceAttributes.None);

    private static readonly JsonSerializerOptions[] Writers = [new(), new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }];

    public static TheoryData<string, string> Secrets => new()
    {
        { "credentialKeys", """{"user": "ada", "password": "kanarie7"}""" }, { "credentials", $$"""{"note": "use ghp_{{Planted}}aB3dE6gH9jK2mN5pQ8sT1vW4yZ7c now"}""" },
        { "content", """{"gen_ai.prompt": "see kanarie7 there"}""" }, { "content", """{"messages": [{"role": "user", "content": "kanarie7"}]}""" },
        { "content", """{"langfuse": {"trace": {"input": "kanarie7"}}}""" },
    };

    [Theory]
    [MemberData(nameof(Secrets))]
    public void NothingLeavesAtAnyDepth(string kind, string secret)
    {
        foreach (var writer in Writers)
        {
            for (var depth = 0; depth <= 10; depth++)
            {
                var value = Some.Text(Nested(secret, depth, writer));
                AnyValue[] values =
                [
                    value, new() { BytesValue = ByteString.CopyFromUtf8(value.StringValue) }, CanaryRequest.List(Some.Text("a"), value),
                    CanaryRequest.Map(CanaryRequest.Attribute("b", value)),
                ];
                foreach (var each in values)
                {
                    var span = Some.Span();
                    span.Attributes.Add(CanaryRequest.Attribute("note", each));
                    var (_, output) = ByDefault.Redact(Some.Request(span).ToByteArray());
                    Assert.True(!Canary.IsIn(output, Planted), $"{kind} at depth {depth}: {value.StringValue}");
                }
            }
        }
    }

    [Theory]
    [InlineData(DeepestRead - 1, true)]
    [InlineData(DeepestRead, false)]
    public void JsonThatIsNestedDeeperThanIsReadIsDroppedAndCounted(int depth, bool stays)
    {
        var span = Some.Span();
        span.Attributes.Add(Some.Attribute("note", Nested("{\"n\": 1}", depth, Writers[0])));
        var hits = new int[ByDefault.Rules.Count];
        using var output = Some.Buffer([]);

        ByDefault.Redact(Some.Request(span).ToByteArray(), output, hits);

        Assert.Equal(stays ? 0 : 1, hits[ByDefault.Rules.ToList().IndexOf("content")]);
        Assert.Equal(stays ? 1 : 0, ExportTraceServiceRequest.Parser.ParseFrom(output.WrittenSpan).Spans().Single().Attributes.Count);
    }

    private static string Nested(string json, int depth, JsonSerializerOptions writer)
    {
        for (var i = 0; i < depth; i++)
            json = i % 2 == 0 ? JsonSerializer.Serialize(new { id = i, log = json }, writer) : JsonSerializer.Serialize(new[] { "a", json }, writer);
        return json;
    }
}
