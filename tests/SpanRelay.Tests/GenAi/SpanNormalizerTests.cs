using System.Globalization;
using System.Text;
using Google.Protobuf;
using SpanRelay.GenAi;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Pipeline;
using SpanRelay.Redaction;
using SpanRelay.Tests.Redaction.Detectors;

namespace SpanRelay.Tests.GenAi;

public sealed class SpanNormalizerTests
{
    [Fact]
    public void AModelSpanOfTheGatewayGetsWhatTheAppNeeds() => Assert.Equal(
        [
            "gen_ai.request.model=gpt-4o", "gen_ai.response.model=gpt-4o", "gen_ai.usage.input_tokens=702", "gen_ai.usage.output_tokens=188",
            "gen_ai.usage.prompt_caching.read_tokens=512", "gen_ai.operation.name=chat", "llm.request.type=chat", "gen_ai.provider.name=openai", "gen_ai.conversation.id=c-17",
        ],
        Added(
            ("tfy.span_type", "Model"), ("tfy.model.name", "gpt-4o"), ("tfy.model.fqn", "tfy:openai-main:gpt-4o"), ("tfy.model.request_type", "ChatCompletion"),
            ("tfy.model.metric.input_tokens", 702L), ("tfy.model.metric.output_tokens", 188L), ("tfy.model.metric.cache_read_input_tokens", 512L), ("tfy.request.conversation_id", "c-17")));

    [Fact]
    public void TokensAreWrittenOnModelSpansOnly() => Assert.Equal(
        ["gen_ai.request.model=openai-main/gpt-4o", "gen_ai.operation.name=chat", "llm.request.type=chat", "gen_ai.provider.name=openai"],
        Added(("tfy.span_type", "ChatCompletion"), ("tfy.request.model_name", "openai-main/gpt-4o"), ("tfy.model.metric.input_tokens", 702L)));

    [Fact]
    public void AToolCallAndAGuardrailAreNamed()
    {
        Assert.Equal(
            ["gen_ai.operation.name=execute_tool", "gen_ai.tool.name=search", "error.type=tool_error"],
            Added(("tfy.span_type", "MCP"), ("tfy.mcp_server.method", "tools/call"), ("tfy.mcp_server.primitive_name", "search"), ("tfy.mcp_server.is_tool_call_execution_error", true)));
        Assert.Equal(["gen_ai.operation.name=execute_tool", "error.type=-32602"], Added(("tfy.span_type", "MCPGateway"), ("tfy.mcp_server.error_code", -32602L)));
        Assert.Empty(Added(("tfy.span_type", "MCP"), ("tfy.mcp_server.method", "tools/list"), ("tfy.mcp_server.primitive_name", "search")));
        Assert.Equal(["gen_ai.guardrail.id=pii-check"], Added(("tfy.span_type", "Guardrail"), ("tfy.guardrail.name", "pii-check")));
    }

    [Fact]
    public void OpenInferenceIsUnderstood() => Assert.Equal(
        [
            "gen_ai.request.model=gpt-4o", "gen_ai.response.model=gpt-4o", "gen_ai.usage.input_tokens=3", "gen_ai.usage.output_tokens=2",
            "gen_ai.operation.name=chat", "llm.request.type=chat", "gen_ai.provider.name=azure.ai.openai", "gen_ai.conversation.id=s-1",
        ],
        Added(
            ("openinference.span.kind", "LLM"), ("llm.model_name", "gpt-4o"), ("llm.provider", "azure"), ("llm.system", "openai"),
            ("llm.token_count.prompt", 3L), ("llm.token_count.completion", 2L), ("session.id", "s-1")));

    [Fact]
    public void TraceloopIsUnderstood() => Assert.Equal(
        ["gen_ai.usage.input_tokens=3", "gen_ai.usage.output_tokens=2", "gen_ai.operation.name=text_completion", "gen_ai.provider.name=openai"],
        Added(
            ("llm.request.type", "completion"), ("gen_ai.system", "OpenAI"), ("gen_ai.request.model", "babbage"), ("gen_ai.response.model", "babbage-2"),
            ("gen_ai.usage.prompt_tokens", 3L), ("llm.usage.total_tokens", 5L)));

    [Fact]
    public void VercelIsUnderstood() => Assert.Equal(
        [
            "gen_ai.request.model=gpt-4o", "gen_ai.response.model=gpt-4o-2024-08-06", "gen_ai.request.temperature=0.5", "gen_ai.usage.input_tokens=3", "gen_ai.usage.output_tokens=2",
            "gen_ai.operation.name=chat", "llm.request.type=chat", "gen_ai.provider.name=openai",
        ],
        Added(
            ("ai.operationId", "ai.generateText.doGenerate"), ("ai.model.id", "gpt-4o"), ("ai.model.provider", "openai.chat"), ("ai.response.model", "gpt-4o-2024-08-06"),
            ("ai.settings.temperature", 0.5), ("ai.usage.inputTokens", 3L), ("ai.usage.outputTokens", 2L)));

    [Theory]
    [InlineData("tfy.model.request_url", "https://api.openai.com/v1/audio", "openai")]
    [InlineData("tfy.model.request_url", "https://acme.openai.azure.com/openai/deployments/x", "azure.ai.openai")]
    [InlineData("tfy.model.request_url", "https://bedrock-runtime.eu-west-1.amazonaws.com/model/x", "aws.bedrock")]
    [InlineData("tfy.model.request_url", "https://europe-west1-aiplatform.googleapis.com/v1/x", "gcp.vertex_ai")]
    [InlineData("tfy.model.request_url", "https://api.openai.com.example.com/v1", null)]
    [InlineData("tfy.model.request_url", "https://notapi.openai.com/v1", null)]
    [InlineData("tfy.model.fqn", "tenant:azure-openai-eu:gpt-4o", "azure.ai.openai")]
    [InlineData("tfy.model.fqn", "tenant:openai:anthropic-main:x", null)]
    [InlineData("tfy.model.fqn", "gpt-4o", null)]
    [InlineData("tfy.model.name", "openai", null)]
    [InlineData("llm.system", "mistralai", "mistral_ai")]
    [InlineData("gen_ai.system", "in-house", "in-house")]
    public void AProviderIsWrittenWhereItIsUnambiguous(string key, string value, string? provider) =>
        Assert.Equal(provider, Added(("tfy.span_type", "Model"), (key, value)).Where(each => each.StartsWith("gen_ai.provider.name=", StringComparison.Ordinal)).Select(each => each.Split('=')[1]).SingleOrDefault());

    [Fact]
    public void WhatIsNoGenerativeAiSpanGetsNothing() =>
        Assert.Empty(Added(("http.response.status_code", 500L), ("session.id", "s"), ("server.address", "api.openai.com"), ("agent.name", "a"), ("tool.name", "t")));

    [Fact]
    public void WhatTheSenderSaidStands() => Assert.Equal(
        ["gen_ai.response.model=gpt-4o"],
        Added(
            ("tfy.span_type", "Model"), ("tfy.model.name", "gpt-4o"), ("gen_ai.request.model", ""), ("tfy.model.metric.input_tokens", 5L), ("gen_ai.usage.input_tokens", "many"),
            ("gen_ai.operation.name", "audio"), ("gen_ai.provider.name", "ours"), ("llm.request.type", "x"), ("error.type", "mine"), ("tfy.error_type", "theirs")));

    [Theory]
    [InlineData("12", 12L)]
    [InlineData(12.0, 12L)]
    [InlineData(12.5, null)]
    [InlineData(-1L, null)]
    [InlineData("12.0", null)]
    [InlineData("many", null)]
    [InlineData("1234567890123456", null)]
    [InlineData(1e300, null)]
    [InlineData(true, null)]
    public void CountsAreWholeNumbers(object value, long? count)
    {
        var span = Normalized(new GenAiOptions(), new RedactionOptions(), ("tfy.span_type", "Model"), ("tfy.model.metric.input_tokens", value));

        Assert.Equal(count, span.Attributes.SingleOrDefault(each => each.Key == "gen_ai.usage.input_tokens")?.Value.IntValue);
    }

    [Fact]
    public void AFailedCallHasNoModelThatAnswered()
    {
        var span = Some.Span();
        span.Attributes.Add([Some.Attribute("tfy.span_type", "Model"), Some.Attribute("tfy.model.name", "gpt-4o"), Some.Attribute("tfy.error_type", "rate_limited")]);
        span.Status = new Status { Code = Status.Types.StatusCode.Error };

        var normalized = Normalized(new GenAiOptions(), new RedactionOptions(), span);

        Assert.Equal(["gen_ai.request.model", "error.type"], normalized.Attributes.Skip(3).Select(each => each.Key));
    }

    [Theory]
    [InlineData("ada@" + "example.com")]
    [InlineData("sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKL")]
    [InlineData("Where is my parcel? I have been waiting for it since Monday, and nobody answers.")]
    [InlineData("{\"role\":\"user\",\"content\":\"parcel\"}")]
    [InlineData("a\nb")]
    public void NothingThatIsNoNameIsTakenOver(string text)
    {
        foreach (var source in Mappings.All.SelectMany(mapping => mapping.Sources).Where(source => source.Key != "tfy.span_type"))
        {
            foreach (var kind in SpanKind.All.Where(kind => kind.Key != source.Key))
            {
                var added = Normalized(new GenAiOptions(), new RedactionOptions(), (kind.Key, kind.Value), (source.Key, text)).Attributes.Where(each => each.Key != source.Key && each.Key != kind.Key);

                Assert.DoesNotContain(added, attribute => attribute.ToString().Contains(text, StringComparison.Ordinal) || attribute.ToString().Contains("parcel", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void ThePolicyDecidesOnWhatIsWritten()
    {
        var policy = new RedactionOptions
        {
            HashKey = "a key of tests, not a secret"u8.ToArray(),
            Policy = new RedactionPolicy
            {
                Drop = ["gen_ai.usage.*", "tfy.model.name"],
                Hash = ["tfy.request.conversation_id"],
                Mask = ["gen_ai.provider.name"],
                Truncate = [KeyValuePair.Create("gen_ai.tool.name", 3)],
            },
        };
        (string, object)[] given =
            [("tfy.span_type", "Model"), ("tfy.model.name", "gpt-4o"), ("llm.system", "openai"), ("tfy.model.metric.input_tokens", 5L), ("tfy.request.conversation_id", "c-17")];

        var span = Normalized(new GenAiOptions(), policy, given);

        var conversation = span.Attributes.Single(each => each.Key == "tfy.request.conversation_id").Value.StringValue;
        Assert.StartsWith("hmac:", conversation, StringComparison.Ordinal);
        Assert.Equal([$"gen_ai.conversation.id={conversation}"], span.Attributes.Skip(4).Select(Shown));
        Assert.Equal(["gen_ai.operation.name=execute_tool"], Normalized(new GenAiOptions(), policy, ("tfy.span_type", "MCP"), ("tool.name", "search")).Attributes.Skip(2).Select(Shown));
    }

    [Fact]
    public void ItCanBeTurnedOff()
    {
        var span = Normalized(new GenAiOptions { Normalize = false }, new RedactionOptions(), ("tfy.span_type", "Model"), ("tfy.model.name", "gpt-4o"));

        Assert.Equal(2, span.Attributes.Count);
    }

    [Fact]
    public void AVeryLargeSpanIsLeftAsItIs()
    {
        (string, object) model = ("tfy.span_type", "ChatCompletion");

        Assert.Equal(4, Normalized(new GenAiOptions(), new RedactionOptions(), model, ("note", Words(1_000_000))).Attributes.Count);
        Assert.Equal(2, Normalized(new GenAiOptions(), new RedactionOptions(), model, ("note", Words(1_100_000))).Attributes.Count);
    }

    [Fact]
    public void RequestsStayWithinTheirLimit()
    {
        const int MaxRequestBytes = 10_000;
        var spans = Enumerable.Range(1, 200).Select(id =>
        {
            var span = Some.Span(id);
            span.Attributes.Add([Some.Attribute("tfy.span_type", "Model"), Some.Attribute("tfy.model.name", "gpt-4o"), Some.Attribute("llm.system", "openai")]);
            return span;
        });
        var (_, output) = Redactor(new GenAiOptions(), new RedactionOptions()).Redact(Some.Request([.. spans]).ToByteArray());
        using var packer = new RequestPacker(MaxRequestBytes, new SpanLifetime(null, TimeProvider.System), TimeProvider.System);

        packer.Add(new EventInBatch(default, null, new SpanSet(200), Places: null), output, 200, DateTimeOffset.MaxValue);

        List<PackedRequest> requests = [];
        while (packer.TryTakeFull(out var full))
            requests.Add(full!);
        requests.Add(packer.TakeLast()!);
        Assert.True(output.Length > 2 * MaxRequestBytes);
        Assert.All(requests, request => Assert.InRange(request.Length, 1, MaxRequestBytes));
        requests.ForEach(request => request.Dispose());
    }

    [Fact]
    public void AListenerIsToldWhatWasAdded()
    {
        var span = Some.Span();
        span.Attributes.Add([Some.Attribute("tfy.span_type", "Model"), Some.Attribute("tfy.model.metric.input_tokens", "7")]);
        var redactor = Redactor(new GenAiOptions(), new RedactionOptions());
        using var output = new SpanRelay.Buffers.PooledBuffer();
        List<string> added = [];

        redactor.Redact(Some.Request(span).ToByteArray(), output, new int[redactor.Rules.Count], (scoped in RedactionChange change) =>
            added.Add($"{change.IsAdded} {change.SpanIndex} {Encoding.UTF8.GetString(change.Path)}={Encoding.UTF8.GetString(change.After)}"));

        Assert.Equal(["True 0 gen_ai.usage.input_tokens=7"], added);
    }

    private static string Words(int length) => string.Concat(Enumerable.Repeat("word ", length / 5));

    private static IEnumerable<string> Added(params (string Key, object Value)[] attributes) =>
        Normalized(new GenAiOptions(), new RedactionOptions(), attributes).Attributes.Skip(attributes.Length).Select(Shown);

    private static string Shown(KeyValue attribute) => $"{attribute.Key}={attribute.Value.ValueCase switch
    {
        AnyValue.ValueOneofCase.IntValue => attribute.Value.IntValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.DoubleValue => attribute.Value.DoubleValue.ToString(CultureInfo.InvariantCulture),
        _ => attribute.Value.StringValue,
    }}";

    private static Span Normalized(GenAiOptions options, RedactionOptions policy, params (string Key, object Value)[] attributes)
    {
        var span = Some.Span();
        span.Attributes.Add(attributes.Select(each => new KeyValue { Key = each.Key, Value = Value(each.Value) }));
        return Normalized(options, policy, span);
    }

    private static Span Normalized(GenAiOptions options, RedactionOptions policy, Span span)
    {
        var (result, output) = Redactor(options, policy).Redact(Some.Request(span).ToByteArray());
        Assert.Equal(PayloadProblem.None, result.Problem);
        return ExportTraceServiceRequest.Parser.ParseFrom(output).Spans().Single();
    }

    private static Redactor Redactor(GenAiOptions options, RedactionOptions policy) => options.CreateRedactor(policy, ResourceAttributes.None);

    private static AnyValue Value(object value) => value switch
    {
        long number => new AnyValue { IntValue = number },
        double number => new AnyValue { DoubleValue = number },
        bool flag => new AnyValue { BoolValue = flag },
        _ => Some.Text((string)value),
    };
}
