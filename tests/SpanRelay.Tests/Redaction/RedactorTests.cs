using CsCheck;
using Google.Protobuf;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Tests.Redaction.Detectors;
using SpanRelay.Tests.Redaction.Oracle;

namespace SpanRelay.Tests.Redaction;

public class RedactorTests
{
    private const string Secret = "the secret";

    private static readonly Redactor ByDefault = new(new RedactionOptions(), ResourceAttributes.None);
    private static readonly Redactor KeepingContent = new(new RedactionOptions { Policy = new RedactionPolicy { ExcludeRequestData = false } }, ResourceAttributes.None);

    public static TheoryData<string> ContentKeys =>
    [
        "tfy.input", "tfy.output", "tfy.input_short_hand", "tfy.prompt_variables", "tfy.error_message", "tfy.request.metadata",
        "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions", "gen_ai.tool.definitions",
        "gen_ai.tool.call.arguments", "gen_ai.tool.call.result", "gen_ai.retrieval.documents", "gen_ai.retrieval.query.text",
        "gen_ai.evaluation.explanation", "gen_ai.prompt", "gen_ai.completion", "gen_ai.prompt.0.content",
        "gen_ai.completion.12.content", "gen_ai.completion.0.tool_calls.1.arguments",
        "input.value", "output.value", "llm.input_messages.0.message.content", "llm.output_messages.0.message.content",
        "llm.prompts.0", "llm.choices.0", "llm.function_call", "llm.tools.0.tool.json_schema", "llm.invocation_parameters",
        "llm.prompt_template.template", "llm.prompt_template.variables", "message.content", "message_content.text",
        "tool.parameters", "tool_call.function.arguments", "document.content", "retrieval.documents.0.document.content",
        "reranker.query", "reranker.input_documents.0", "reranker.output_documents.0", "embedding.text",
        "embedding.embeddings.0.embedding.text", "audio.transcript", "image.url", "metadata",
        "traceloop.entity.input", "traceloop.entity.output", "traceloop.prompt.template", "traceloop.prompt.template_variables",
        "traceloop.association.properties.user_id", "llm.request.functions.0.parameters", "llm.content.completion.chunk",
    ];

    public static TheoryData<string> CredentialKeys =>
    [
        "Authorization", "authorization", "AUTHORIZATION", "http.request.header.authorization", "Proxy-Authorization",
        "http.request.header.x-api-key", "http.request.header.x_api_key", "api_key", "cookie", "http.response.header.set-cookie",
    ];

    public static TheoryData<string> Positions => ["resource", "scope", "span", "event", "link", "map in a map"];

    [Theory]
    [MemberData(nameof(ContentKeys))]
    public void ContentIsDroppedWhereverItStandsUnlessItIsAskedFor(string key)
    {
        foreach (var position in Positions)
        {
            var request = WithAttribute(position, Some.Attribute(key, Secret)).ToByteArray();

            var (result, output) = ByDefault.Redact(request);
            Assert.False(output.Contains(Secret), $"{key} on a {position}");
            Assert.Equal(1, result.AttributesRemoved);

            Assert.Equal(request, KeepingContent.Redact(request).Output);
        }
    }

    [Theory]
    [MemberData(nameof(CredentialKeys))]
    public void CredentialsAreDroppedWhereverTheyStandWhateverTheSettings(string key)
    {
        foreach (var position in Positions)
        {
            var request = WithAttribute(position, Some.Attribute(key, Secret)).ToByteArray();

            Assert.False(ByDefault.Redact(request).Output.Contains(Secret), $"{key} on a {position}");
            Assert.False(KeepingContent.Redact(request).Output.Contains(Secret), $"{key} on a {position}");
        }
    }

    [Fact]
    public void ContentIsDroppedWhateverItsType()
    {
        AnyValue[] values =
        [
            new() { ArrayValue = new ArrayValue { Values = { Some.Text(Secret) } } },
            new() { KvlistValue = new KeyValueList { Values = { Some.Attribute("role", Secret) } } },
            new() { BytesValue = ByteString.CopyFromUtf8(Secret) },
        ];
        foreach (var value in values)
        {
            var request = WithAttribute("span", new KeyValue { Key = "gen_ai.input.messages", Value = value });

            Assert.False(ByDefault.Redact(request.ToByteArray()).Output.Contains(Secret));
        }
    }

    [Theory]
    [InlineData("gen_ai.user.message")]
    [InlineData("gen_ai.choice")]
    [InlineData("gen_ai.content.prompt")]
    public void AnEventThatIsAMessageKeepsItsNameAndTimeAndNoAttribute(string name)
    {
        var span = Some.Span();
        span.Events.Add(new Span.Types.Event { Name = name, TimeUnixNano = 7, Attributes = { Some.Attribute("body", Secret) } });
        span.Events.Add(new Span.Types.Event { Name = "retry", Attributes = { Some.Attribute("body", "kept") } });

        var (_, output) = ByDefault.Redact(Some.Request(span).ToByteArray());

        var events = Assert.Single(ExportTraceServiceRequest.Parser.ParseFrom(output).Spans()).Events;
        Assert.Equal((name, 7UL, 0), (events[0].Name, events[0].TimeUnixNano, events[0].Attributes.Count));
        Assert.Equal("kept", Assert.Single(events[1].Attributes).Value.StringValue);
    }

    [Fact]
    public void EverythingElseIsKept()
    {
        var span = Some.Span();
        span.Attributes.Add(Some.Attribute("tfy.model.name", "gpt-4o"));
        span.Attributes.Add(new KeyValue { Key = "tfy.model.metric.input_tokens", Value = new AnyValue { IntValue = 12 } });
        span.Attributes.Add(Some.Attribute("gen_ai.prompt.0.role", "user"));
        var request = Some.Request(span).ToByteArray();

        Assert.Equal(request, ByDefault.Redact(request).Output);
    }

    [Fact]
    public void ItIsTheObjectModelWithTheAttributesTakenOut() => AnyRequest.Requests.Sample(request =>
    {
        var (result, output) = ByDefault.Redact(request.ToByteArray());

        var expected = request.Clone();
        foreach (var resource in expected.ResourceSpans)
        {
            Prune(resource.Resource?.Attributes);
            foreach (var scope in resource.ScopeSpans)
            {
                Prune(scope.Scope?.Attributes);
                foreach (var span in scope.Spans)
                {
                    Prune(span.Attributes);
                    if (span.Status is { } status && !SparedValue.Is(new AnyValue { StringValue = status.Message }, KeptValues.Identifiers))
                        status.Message = ""; // An error's text, and no code.
                    span.Events.ToList().ForEach(e => Prune(e.Attributes));
                    span.Links.ToList().ForEach(link => Prune(link.Attributes));
                }
            }
        }

        Assert.Equal(PayloadProblem.None, result.Problem);
        Assert.Equal(expected, ExportTraceServiceRequest.Parser.ParseFrom(output));
    }, iter: 5_000);

    [Fact]
    public void ConfiguredAttributesAreGivenToEveryResourceAndReplaceItsOwn()
    {
        var attributes = ResourceAttributes.Parse("deployment.environment.name=prod, service.name = renamed", out _);
        var redactor = new Redactor(new RedactionOptions(), attributes);
        var request = Some.Request(Some.Span());
        request.ResourceSpans[0].Resource.DroppedAttributesCount = 3;
        request.ResourceSpans[0].Resource.Attributes.Add(Some.Attribute("host.name", "h"));
        request.ResourceSpans.Add(new ResourceSpans { ScopeSpans = { request.ResourceSpans[0].ScopeSpans[0].Clone() } });

        var (result, output) = redactor.Redact(request.ToByteArray());

        var resources = ExportTraceServiceRequest.Parser.ParseFrom(output).ResourceSpans.Select(each => each.Resource).ToList();
        Assert.Equal(["host.name=h", "deployment.environment.name=prod", "service.name=renamed"], resources[0].Attributes.Select(a => $"{a.Key}={a.Value.StringValue}"));
        Assert.Equal(["deployment.environment.name=prod", "service.name=renamed"], resources[1].Attributes.Select(a => $"{a.Key}={a.Value.StringValue}"));
        Assert.Equal(3u, resources[0].DroppedAttributesCount);
        Assert.Equal(0, result.AttributesRemoved);
        Assert.Equal(ExportTraceServiceRequest.Parser.ParseFrom(output).ToByteArray(), output);
    }

    [Fact]
    public void TheOldestEndIsKnown()
    {
        var request = Some.Request(Some.Span(1, end: Some.Now), Some.Span(2, end: Some.Now - TimeSpan.FromMinutes(5)), Some.Span(3));

        Assert.Equal(Some.UnixNano(Some.Now - TimeSpan.FromMinutes(5)), ByDefault.Redact(request.ToByteArray()).Result.OldestEndUnixNano);
    }

    [Fact]
    public void WhatCannotBeWalkedToItsEndLeavesNothingBehind()
    {
        var whole = Some.Request(Some.Span(1), Some.Span(2)).ToByteArray();
        using var output = Some.Buffer("before"u8);

        for (var length = 1; length < whole.Length; length++)
        {
            var result = ByDefault.Redact(whole.AsSpan(0, length), output, new int[ByDefault.Rules.Count]);
            Assert.Equal(PayloadProblem.MalformedProtobuf, result.Problem);
            Assert.Equal("before"u8, output.WrittenSpan);
        }
    }

    [Fact]
    public void AnEventThatTakesTooLongIsRefused()
    {
        var span = Some.Span();
        span.Attributes.Add(Enumerable.Range(0, 100).Select(i => Some.Attribute($"note.{i}", new string('x', 10_000))));
        var slow = new SlowTime(TimeSpan.FromSeconds(15));

        Assert.Equal(PayloadProblem.TooSlow, new Redactor(new RedactionOptions(), ResourceAttributes.None, slow).Redact(Some.Request(span).ToByteArray()).Result.Problem);
        Assert.Equal(PayloadProblem.None, new Redactor(new RedactionOptions(), ResourceAttributes.None, slow).Redact(Some.Request(Some.Span()).ToByteArray()).Result.Problem);
    }

    /// <summary>Time goes on by a step whenever it is asked for.</summary>
    private sealed class SlowTime(TimeSpan step) : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += step.Ticks;
    }

    [Fact]
    public void AnotherSignalIsNotTakenForTraces()
    {
        Assert.Equal(PayloadProblem.SpanWithoutIds, ByDefault.Redact(Some.Request(new Span { Name = "no ids" }).ToByteArray()).Result.Problem);
        Assert.Equal(PayloadProblem.NotTraces, ByDefault.Redact([0x10, 0x01]).Result.Problem);
        Assert.Equal(PayloadProblem.NotTraces, ByDefault.Redact([0x12, 0x01, 0x41]).Result.Problem);
    }

    [Theory]
    [InlineData(90, false)]
    [InlineData(10_000, true)]
    public void NestingIsFollowedAsFarAsParsersFollowIt(int levels, bool refused)
    {
        var request = WithAttribute("span", new KeyValue { Key = "deep", Value = Nested(levels / 2) }).ToByteArray();

        Assert.Equal(refused ? PayloadProblem.NestedTooDeep : PayloadProblem.None, ByDefault.Redact(request).Result.Problem);
    }

    [Fact]
    public void RandomBytesAreNeverAnException() => Gen.Byte.Array[0, 400].Sample(bytes =>
    {
        var (result, output) = ByDefault.Redact(bytes);

        if (result.Problem == PayloadProblem.None)
            ExportTraceServiceRequest.Parser.ParseFrom(output);
        else
            Assert.Empty(output);
    }, iter: 20_000);

    [Fact]
    public void MutatedRequestsAreRefusedOrReadable() =>
        Gen.Select(AnyRequest.Requests, Gen.Select(Gen.Int[0, 100_000], Gen.Byte).Array[1, 4]).Sample((request, mutations) =>
        {
            var bytes = request.ToByteArray();
            foreach (var (at, value) in mutations)
            {
                if (bytes.Length > 0)
                    bytes[at % bytes.Length] = value;
            }

            var (result, output) = ByDefault.Redact(bytes);

            if (result.Problem != PayloadProblem.None)
            {
                Assert.Empty(output);
                return;
            }

            ExportTraceServiceRequest.Parser.ParseFrom(output);
            Assert.Equal(output, ByDefault.Redact(output).Output);
        }, iter: 20_000);

    private static AnyValue Nested(int arrays)
    {
        var value = Some.Text("innermost");
        for (var i = 0; i < arrays; i++)
            value = new AnyValue { ArrayValue = new ArrayValue { Values = { value } } };
        return value;
    }

    private static ExportTraceServiceRequest WithAttribute(string position, KeyValue attribute)
    {
        var span = Some.Span();
        var request = Some.Request(span);
        switch (position)
        {
            case "resource":
                request.ResourceSpans[0].Resource.Attributes.Add(attribute);
                break;
            case "scope":
                request.ResourceSpans[0].ScopeSpans[0].Scope.Attributes.Add(attribute);
                break;
            case "span":
                span.Attributes.Add(attribute);
                break;
            case "event":
                span.Events.Add(new Span.Types.Event { Name = "e", Attributes = { attribute } });
                break;
            case "link":
                span.Links.Add(new Span.Types.Link { TraceId = span.TraceId, SpanId = span.SpanId, Attributes = { attribute } });
                break;
            case "map in a map":
                var inner = new AnyValue { KvlistValue = new KeyValueList { Values = { attribute } } };
                var outer = new AnyValue { KvlistValue = new KeyValueList { Values = { new KeyValue { Key = "inner", Value = inner } } } };
                span.Attributes.Add(new KeyValue { Key = "outer", Value = new AnyValue { ArrayValue = new ArrayValue { Values = { outer } } } });
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(position), position, null);
        }

        return request;
    }

    private static void Prune(Google.Protobuf.Collections.RepeatedField<KeyValue>? attributes)
    {
        foreach (var attribute in attributes?.ToList() ?? [])
        {
            if (attribute.Key is "tfy.input" or "gen_ai.prompt" or "Authorization")
                attributes!.Remove(attribute);
            else
                Prune(attribute.Value);
        }
    }

    private static void Prune(AnyValue? value)
    {
        Prune(value?.KvlistValue?.Values);
        foreach (var element in value?.ArrayValue?.Values ?? [])
            Prune(element);
    }
}
