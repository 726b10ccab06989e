using Google.Protobuf;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;

namespace SpanRelay.Tests.Redaction;

public class ContentRulesTests
{
    [Theory]
    [InlineData("Refused: tell me a secret", "")]
    [InlineData("429 Too Many Requests", "")]
    [InlineData("ECONNREFUSED", "ECONNREFUSED")]
    [InlineData("", "")]
    public void TheMessageOfAStatusStaysIfItIsACode(string message, string left)
    {
        var span = Some.Span();
        span.Status = new Status { Code = Status.Types.StatusCode.Error, Message = message };
        var keeping = new Redactor(new RedactionOptions { Policy = new RedactionPolicy { ExcludeErrorText = false } }, ResourceAttributes.None);
        var byDefault = new Redactor(new RedactionOptions(), ResourceAttributes.None);

        Assert.Equal(message, StatusOf(keeping, span).Message);
        Assert.Equal(left, StatusOf(byDefault, span).Message);
        Assert.Equal(Status.Types.StatusCode.Error, StatusOf(byDefault, span).Code);
    }

    private static Status StatusOf(Redactor redactor, Span span) =>
        ExportTraceServiceRequest.Parser.ParseFrom(redactor.Redact(Some.Request(span).ToByteArray()).Output).Spans().Single().Status;

    private static readonly Redactor ByDefault = new(new RedactionOptions(), ResourceAttributes.None);

    /// <summary>What Dynatrace's AI Observability app needs.</summary>
    public static TheoryData<string, string> Contract => new()
    {
        { "service.name", "my shop" }, { "gen_ai.provider.name", "azure.ai.openai" }, { "gen_ai.system", "openai" },
        { "gen_ai.request.model", "gpt-4o" }, { "gen_ai.response.model", "gpt-4o-2024-08-06" }, { "gen_ai.operation.name", "chat" },
        { "gen_ai.agent.name", "Travel agent" }, { "llm.request.type", "chat" }, { "gen_ai.conversation.id", "c-17" },
        { "gen_ai.prompt.prompt_filter_results", """[{"prompt_index": 0, "content_filter_results": {"hate": {"filtered": false, "severity": "safe"}}}]""" },
        { "gen_ai.completion.content_filter_results", """{"hate": {"filtered": false, "severity": "safe"}}""" },
        { "gen_ai.bedrock.guardrail.activation", "none of them" }, { "gen_ai.guardrail.id", "g 1" }, { "gen_ai.guardrail.version", "3" },
        { "gen_ai.prompt_caching", "read" }, { "gen_ai.cache.type", "ephemeral" }, { "gen_ai.token.type", "input" },
        { "gen_ai.prompt.0.role", "user" }, { "gen_ai.completion.0.finish_reason", "stop" }, { "exception.type", "TimeoutError" },
        { "http.request.body.size", "1200" }, { "llm.vendor.region", "eu-west-1" }, { "langfuse.observation.usage_details", """{"input": 3}""" },
        { "llm.finish_reasons", """["stop", "length"]""" }, { "langfuse.trace.name", "Support chat" }, { "acme.prompt_tokens", "12" }, { "acme.llm.input.mime_type", "text/plain" },
    };

    public static TheoryData<string, string> Content => new()
    {
        { "gen_ai.input.messages.0.content", "hi" }, { "gen_ai.prompt.0", "hi" }, { "metadata.user", "ada" }, { "tfy.input.0.text", "hi" },
        { "gen_ai.system.message", "hi" }, { "gen_ai.prompt_json", "hi" }, { "gen_ai.evaluation.input.question", "hi" }, { "http.request.body", "hi" }, { "http.response.body.text", "hi" },
        { "ai.prompt.messages", "hi" }, { "ai.response.text", "hi" }, { "exception.message", "hi" }, { "exception.stacktrace", "hi" }, { "error.message", "hi" },
        { "gen_ai.prompt.0.role", "Where is my parcel?" }, { "note", """[{"role": "user", "content": "hi"}]""" }, { "note", """{"body": "{\"messages\": []}"}""" },
        { "langfuse.observation.input", "hi" }, { "llm.note", "hi" }, { "crewai.task.description", "hi" }, { "acme.user_prompt", "hi" }, { "acme.llm.question", "hi" },
        { "gen_ai_input_messages", "hi" }, { "genkit:input", "hi" }, { "chatHistory", "hi" }, { "langfuse.trace.metadata.size", "hi" }, { "llm.input.customer_id", "hi" },
        { "note", """{"langfuse.trace.input": "hi"}""" }, { "note", """{"gen_ai": {"input": [{"messages": "hi"}]}}""" }, { "note", """{"log": "{\"llm.idea\": \"a b\"}"}""" },
        { "note", "data:image/png;base64,iVBORw0KGgo=" }, { "note", string.Concat(Enumerable.Repeat("[", 256)) + """[{"a": 1}]""" },
        { "note", """{"prompt": "Where is my par""" + "cel\"," }, { "note", """{"tool_calls": [1]}""" }, { "note", """{"arguments": "{}"}""" },
    };

    public static TheoryData<string, string> Unknown => new()
    {
        { "gen_ai.somebodys.idea", "Where is my parcel?" }, { "langfuse.observation.thing", """{"q":1}""" }, { "llm.idea", "東京" },
        { "pydantic_ai.all", "[1]" }, { "crewai.task.style", "like a poem" }, { "mcp.x", new string('a', 129) }, { "llm.user", "Ada Lovelace" },
        { "gen_ai.some.usage", """{"hi": "there"}""" }, { "llm.finish_reasons", """["stop", "a b"]""" }, { "langfuse.customer_name", "Ada Lovelace" },
        { "crewai.agent.name", "You are the agent who finds the parcels of all who ask you for help" },
    };

    public static TheoryData<string> Ordinary =>
    [
        """{"tool": {"weight": "1 kg"}}""", """{"prompt_tokens": 12, "model": "gpt-4o"}""", "{\"role\": \"admin\"}", "{\"content\": \"x\"}", "{\"prompt\": 12}", "{\"messages\": 3}", "[1, 2]", "{", "role content messages", "{\"role\": 1, \"content\": \"x\"}",
    ];

    [Theory]
    [MemberData(nameof(Contract))]
    public void MetadataStays(string key, string value) => Assert.Equal(value, Assert.Single(Redact(Some.Attribute(key, value)).Attributes).Value.StringValue);

    [Theory]
    [MemberData(nameof(Content))]
    public void ContentIsDropped(string key, string value) => IsDropped(Some.Attribute(key, value), "content");

    [Theory]
    [MemberData(nameof(Unknown))]
    public void WhatCouldBeContentInAnAiNamespaceIsDropped(string key, string value) => IsDropped(Some.Attribute(key, value), "content-unknown");

    [Theory]
    [MemberData(nameof(Ordinary))]
    public void OtherJsonStays(string value) => Assert.Equal(value, Assert.Single(Redact(Some.Attribute("note", value)).Attributes).Value.StringValue);

    [Fact]
    public void NumbersInAnAiNamespaceStayAndListsAndMapsGo()
    {
        Assert.Single(Redact(new KeyValue { Key = "gen_ai.new.number", Value = new AnyValue { IntValue = 5 } }).Attributes);
        IsDropped(new KeyValue { Key = "gen_ai.new.list", Value = new AnyValue { ArrayValue = new ArrayValue { Values = { Some.Text("x") } } } }, "content-unknown");
        IsDropped(new KeyValue { Key = "gen_ai.new.map", Value = Map(Some.Attribute("x", "y")) }, "content-unknown");
    }

    [Fact]
    public void AMapThatIsAMessageIsDroppedUnderAnyKey() =>
        IsDropped(new KeyValue { Key = "note", Value = Map(new KeyValue { Key = "inner", Value = Map(Some.Attribute("role", "user"), Some.Attribute("content", "hi")) }) }, "content");

    [Fact]
    public void KeepAndTheSettingsAreObeyed()
    {
        var kept = new Redactor(new RedactionOptions { Policy = new RedactionPolicy { Keep = ["gen_ai.mine", "note"], ExcludeErrorText = false } }, ResourceAttributes.None);
        KeyValue[] attributes = [Some.Attribute("gen_ai.mine", "a b"), Some.Attribute("note", "{\"prompt\": \"x\"}"), Some.Attribute("exception.message", "it broke")];

        Assert.Equal(attributes, Redact(kept, attributes).Attributes);
    }

    [Theory]
    [InlineData("SELECT a1 FROM t2 WHERE name = 'O''Brien' AND n IN (1, 2.5)", "SELECT a1 FROM t2 WHERE name = ? AND n IN (?, ?)")]
    [InlineData("select 1 -- ada\nfrom t /* bob */", "select ? ?\nfrom t ?")]
    [InlineData("update t set a = 'cut off", "update t set a = ?")]
    [InlineData("SELECT name FROM users WHERE id = ?", "SELECT name FROM users WHERE id = ?")]
    public void LiteralsOfStatementsAreReplaced(string before, string after) =>
        Assert.Equal(after, Assert.Single(Redact(Some.Attribute("db.query.text", before)).Attributes).Value.StringValue);

    [Fact]
    public void IdsOfAnotherLengthAreDropped()
    {
        var span = Some.Span();
        span.ParentSpanId = ByteString.CopyFromUtf8("the secret");
        span.Links.Add(new Span.Types.Link { TraceId = ByteString.CopyFromUtf8("the secret"), SpanId = ByteString.CopyFromUtf8("the secret") });

        var (result, output) = ByDefault.Redact(Some.Request(span).ToByteArray());

        Assert.Equal(PayloadProblem.None, result.Problem);
        Assert.DoesNotContain("the secret", System.Text.Encoding.UTF8.GetString(output), StringComparison.Ordinal);
    }

    private static void IsDropped(KeyValue attribute, string rule)
    {
        var hits = new int[ByDefault.Rules.Count];
        using var output = new SpanRelay.Buffers.PooledBuffer();
        var span = Some.Span();
        span.Attributes.Add(attribute);

        ByDefault.Redact(Some.Request(span).ToByteArray(), output, hits);

        Assert.Empty(ExportTraceServiceRequest.Parser.ParseFrom(output.WrittenSpan).Spans().Single().Attributes);
        Assert.Equal(1, hits[ByDefault.Rules.ToList().IndexOf(rule)]);
    }

    private static AnyValue Map(params KeyValue[] members) => new() { KvlistValue = new KeyValueList { Values = { members } } };

    private static Span Redact(params KeyValue[] attributes) => Redact(ByDefault, attributes);

    private static Span Redact(Redactor redactor, params KeyValue[] attributes)
    {
        var span = Some.Span();
        span.Attributes.Add(attributes);
        return ExportTraceServiceRequest.Parser.ParseFrom(redactor.Redact(Some.Request(span).ToByteArray()).Output).Spans().Single();
    }
}
