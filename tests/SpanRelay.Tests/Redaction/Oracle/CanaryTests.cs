using System.Text.Json;
using CsCheck;
using Google.Protobuf;
using SpanRelay.Buffers;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Redaction.Detectors;
using SpanRelay.Tests.Redaction.Detectors;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>What must not leave does not, wherever it was planted.</summary>
public class CanaryTests
{
    private const string Planted = "kanarie7";

    private static readonly Redactor ByDefault = new(new RedactionOptions(), ResourceAttributes.None);

    private static readonly Redactor KeepingAllContent =
        new(new RedactionOptions { Policy = new RedactionPolicy { ExcludeRequestData = false, Keep = ["*"], AllowOnly = ["*"] } }, ResourceAttributes.None);

    private static readonly Redactor Watching = new(Canary.Watched(new RedactionOptions()), ResourceAttributes.None);

    // By the instrumentations' own documentation; an index is any number.
    public static TheoryData<string> ContentKeys =>
    [
        "tfy.input", "tfy.output", "tfy.input_short_hand", "tfy.prompt_variables", "tfy.error_message", "tfy.request.metadata",
        "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions", "gen_ai.tool.definitions", "gen_ai.tool.call.arguments",
        "gen_ai.tool.call.result", "gen_ai.retrieval.documents", "gen_ai.retrieval.query.text", "gen_ai.evaluation.explanation",
        "gen_ai.prompt", "gen_ai.completion", "gen_ai.prompt.3.content", "gen_ai.completion.12.content",
        "gen_ai.completion.0.tool_calls.2.name", "gen_ai.completion.0.tool_calls.2.arguments",
        "input.value", "output.value", "llm.input_messages.0.message.role", "llm.input_messages.0.message.tool_calls.1.tool_call.function.arguments",
        "llm.output_messages.0.message.content", "llm.prompts.0.prompt.text", "llm.choices.0.completion.text", "llm.function_call",
        "llm.tools.0.tool.json_schema", "llm.invocation_parameters", "llm.prompt_template.template", "llm.prompt_template.variables",
        "message.content", "message.contents.0.message_content.text", "message_content.image", "tool.parameters", "tool_call.function.arguments",
        "document.content", "retrieval.documents.0.document.content", "reranker.query", "reranker.input_documents.0.document.content",
        "reranker.output_documents.4.document.id", "embedding.text", "embedding.embeddings.0.embedding.vector", "audio.transcript", "image.url", "metadata",
        "traceloop.entity.input", "traceloop.entity.output", "traceloop.prompt.template", "traceloop.prompt.template_variables",
        "traceloop.association.properties.session", "llm.request.functions.0.description", "llm.content.completion.chunk",
    ];

    public static TheoryData<string> CredentialNames =>
    [
        "Authorization", "AUTHORIZATION", "http.request.header.authorization", "Cookie", "cook-ie", "api_key", "x.ApiKey", "API-KEY", "a_p-i_K-e_Y", "password",
        "db.Password", "_pass-word_", "token", "http.response.header.Set-Cookie", "proxy-authorization", "..token", "gen_ai.request.x-api-key",
    ];

    public static TheoryData<string> MessageEvents =>
    [
        "gen_ai.system.message", "gen_ai.user.message", "gen_ai.assistant.message", "gen_ai.tool.message", "gen_ai.choice", "gen_ai.content.prompt",
        "gen_ai.content.completion",
    ];

    public static TheoryData<string> DetectorNames => [.. DetectorCatalog.All.Select(detector => detector.Name)];

    [Theory]
    [MemberData(nameof(ContentKeys))]
    public void ContentLeavesFromNoPlaceInNoForm(string key)
    {
        foreach (var place in CanaryRequest.Places)
            Assert.All(Variants(key), each => NoneLeaves(ByDefault, CanaryRequest.With(place, each)));
    }

    [Theory]
    [MemberData(nameof(CredentialNames))]
    public void CredentialsLeaveFromNoPlaceInNoFormUnderNoPolicy(string key)
    {
        foreach (var place in CanaryRequest.Places)
        {
            foreach (var attribute in Variants(key))
            {
                NoneLeaves(ByDefault, CanaryRequest.With(place, attribute));
                NoneLeaves(KeepingAllContent, CanaryRequest.With(place, attribute));
            }
        }
    }

    [Theory]
    [MemberData(nameof(MessageEvents))]
    public void NothingLeavesOfAnEventThatIsAMessage(string name)
    {
        foreach (var attribute in Variants("body").Concat(Variants("")))
        {
            var span = Some.Span();
            span.Events.Add(new Span.Types.Event { Name = name, Attributes = { attribute, attribute } });
            NoneLeaves(ByDefault, Some.Request(span));
            NoneLeaves(ByDefault, CanaryRequest.With("span", CanaryRequest.Attribute(name, attribute.Value)));
        }
    }

    [Fact]
    public void EveryTextOfEveryMessageIsLookedInto()
    {
        var planted = 0;
        var request = CanaryRequest.OfTexts(() => Canary.InProse(planted++));

        var (result, output) = Watching.Redact(request.ToByteArray());

        Assert.Equal(PayloadProblem.None, result.Problem);
        Assert.InRange(planted, 60, int.MaxValue);
        Assert.False(Canary.IsIn(output));
        const int StatusMessages = 1; // An error's text, which is dropped as a whole.
        Assert.Equal(planted - StatusMessages, CountIn(Wire.Decoded(output).ToString(), "[bird]") + CountBytes(Wire.Decoded(output)));
    }

    [Theory]
    [MemberData(nameof(DetectorNames))]
    public void WhatADetectorKnowsLeavesNoTextOfAnyMessage(string name)
    {
        var detector = DetectorCatalog.All.Single(each => each.Name == name);
        var redactor = new Redactor(
            new RedactionOptions { Policy = new RedactionPolicy { Detectors = new Dictionary<string, string> { [name] = detector.DefaultReplacement } } }, ResourceAttributes.None);
        foreach (var shape in RevealingText.Shapes[name])
        {
            Assert.All(InWords(shape), text =>
            {
                var (result, output) = redactor.Redact(CanaryRequest.OfTexts(() => text).ToByteArray());
                Assert.Equal(PayloadProblem.None, result.Problem);
                Assert.False(Canary.IsIn(output, shape), text);
            });
        }
    }

    [Fact]
    public void NoUnknownFieldOfAnyMessageLeaves()
    {
        var request = WireTree.Of(CanaryRequest.OfTexts(() => "text").ToByteArray());
        var planted = 0;
        foreach (var message in request.Messages())
        {
            foreach (var number in new[] { 17, 20, 100, 2047, 536_870_911 })
                message.Children!.Insert(planted % (message.Children.Count + 1), WireTree.Bytes(number, Canary.Plain(planted++)));
            foreach (var number in message.Message!.Fields.Where(field => field.WireType != WireType.LengthDelimited).Select(field => field.Number))
                message.Children!.Add(WireTree.Bytes(number, Canary.Plain(planted++)));
        }

        var (result, output) = ByDefault.Redact(request.Encoded());

        Assert.Equal((PayloadProblem.None, planted), (result.Problem, result.UnknownFieldsRemoved));
        Assert.False(Canary.IsIn(output));
    }

    [Fact]
    public void NothingPlantedLeavesAGeneratedRequest() =>
        Gen.Select(AnyPolicy.Policies, RevealingRequest.Requests.Array[20], Gen.Int[0, int.MaxValue]).Sample(
            (policy, requests, seed) =>
            {
                var redactor = new Redactor(Canary.Watched(policy.Options), ResourceAttributes.None);
                var random = new Random(seed);
                foreach (var request in requests)
                {
                    Plant(request, random);
                    NoneLeaves(redactor, request);
                }
            },
            iter: LongTests.Times(500),
            print: _ => "a policy and requests");

    /// <summary>Puts canaries into all values of a request: shaped ones, and plain ones below credentials' names.</summary>
    private static void Plant(ExportTraceServiceRequest request, Random random)
    {
        var id = 0;
        foreach (var value in EveryValue.Of(request).ToList())
        {
            if (value.ValueCase == AnyValue.ValueOneofCase.KvlistValue)
                value.KvlistValue.Values.Insert(random.Next(value.KvlistValue.Values.Count + 1), CanaryRequest.Attribute("password", CanaryRequest.Values(Canary.Plain(id++))[random.Next(6)]));
            else if (value.HasStringValue)
                value.StringValue += Canary.Shaped(id++);
            else if (value.HasBytesValue && value.BytesValue.IsEmpty)
                value.BytesValue = ByteString.CopyFromUtf8(Canary.InProse(id++));
            else if (value.ValueCase == AnyValue.ValueOneofCase.ArrayValue)
                value.ArrayValue.Values.Add(CanaryRequest.Map(CanaryRequest.Attribute("x-api-key", CanaryRequest.Values(Canary.Plain(id++))[random.Next(6)])));
        }
    }

    private static IEnumerable<KeyValue> Variants(string key)
    {
        foreach (var value in CanaryRequest.Values(Planted))
        {
            yield return CanaryRequest.Attribute(key, value);
            yield return CanaryRequest.Attribute(key.ToUpperInvariant(), value);
        }
    }

    private static IEnumerable<string> InWords(string shape)
    {
        yield return shape;
        yield return $"it was {shape} yesterday";
        yield return $"ä ({shape}), €";
        yield return $"line\n{shape}\nline";
        if (!shape.Contains('\n', StringComparison.Ordinal))
            yield return JsonSerializer.Serialize(new { note = "ä", list = new[] { $"see {shape} there" } });
    }

    private static void NoneLeaves(Redactor redactor, ExportTraceServiceRequest request)
    {
        using var output = new PooledBuffer();
        var result = redactor.Redact(request.ToByteArray(), output, new int[redactor.Rules.Count]);

        if (result.Problem != PayloadProblem.None || Canary.IsIn(output.WrittenSpan))
            Assert.Fail($"{result.Problem} {request}\n{Wire.Decoded(output.WrittenSpan.ToArray())}");
    }

    private static int CountIn(string text, string what) => text.Split(what).Length - 1;

    /// <summary>JSON shows bytes as base64.</summary>
    private static int CountBytes(ExportTraceServiceRequest request) =>
        EveryValue.Of(request).Count(value => value.HasBytesValue && value.BytesValue.ToStringUtf8().Contains("[bird]", StringComparison.Ordinal));
}
