using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Cli.Run;

/// <summary>
/// One chat completion as the gateway traces it: a root, a guardrail and a model call, each with its network call. It holds
/// what must be redacted: a prompt with an e-mail address and a card number, a completion, and a credential on the resource.
/// </summary>
internal sealed class SampleTrace
{
    private static readonly string[] Models = ["gpt-4o", "claude-sonnet-4-5", "gemini-2.5-pro"];

    private readonly byte[] _traceId = RandomNumberGenerator.GetBytes(16);
    private readonly List<Span> _spans = [];
    private readonly DateTimeOffset _start;
    private readonly string _model = Models[RandomNumberGenerator.GetInt32(Models.Length)];

    private readonly string _email = $"{Canary()}@example.com";
    private readonly string _card = $"4111 1111 {Digits()} {Digits()}";
    private readonly string _prompt;
    private readonly string _completion = $"The completion {Canary()}: the parcel is on its way.";
    private readonly string _credential = $"Bearer {Canary()}";

    /// <param name="end">When its last span ended.</param>
    public SampleTrace(DateTimeOffset end)
    {
        _prompt = $"The prompt {Canary()}: where is my parcel? I am {_email} and paid with {_card}.";
        _start = end - TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(700, 2500));
        AddSpans((int)(end - _start).TotalMilliseconds);
    }

    /// <summary>Contained in the trace verbatim; none may occur in a request to Dynatrace.</summary>
    public IEnumerable<string> Secrets => [_email, _card, _prompt, _completion, _credential];

    public IReadOnlyList<Span> Spans => _spans;

    /// <summary>The trace as the gateway exports it.</summary>
    public ResourceSpans ToResourceSpans()
    {
        var resource = new Resource
        {
            Attributes =
            {
                Attribute("service.name", "tfy-llm-gateway"),
                Attribute("tfytenantname", "sample"),
                Attribute("Authorization", _credential),
            },
        };
        var scope = new ScopeSpans { Scope = new InstrumentationScope { Name = "tfy-llm-gateway" }, Spans = { _spans } };
        return new ResourceSpans { Resource = resource, ScopeSpans = { scope } };
    }

    private void AddSpans(int milliseconds)
    {
        var root = Add(null, "chatCompletions", Span.Types.SpanKind.Server, 0, milliseconds, "ChatCompletion");
        root.Attributes.Add(Attribute("tfy.input", $$"""{"messages":[{"role":"user","content":"{{_prompt}}"}]}"""));
        root.Attributes.Add(Attribute("tfy.output", _completion));
        root.Attributes.Add(Attribute("tfy.request.model_name", _model));
        root.Attributes.Add(Number("http.response.status_code", 200));

        var guardrail = Add(root, "Guardrail: pii-check", Span.Types.SpanKind.Internal, 5, milliseconds / 6, "Guardrail");
        guardrail.Attributes.Add(Attribute("tfy.guardrail.name", "pii-check"));
        guardrail.Attributes.Add(Attribute("tfy.guardrail.result", "pass"));
        guardrail.Attributes.Add(Attribute("tfy.input", _prompt));
        Add(guardrail, "POST https://guardrails.example.com/v1/check", Span.Types.SpanKind.Client, 8, milliseconds / 6 - 4, null);

        var model = Add(root, $"Model: {_model}", Span.Types.SpanKind.Internal, milliseconds / 6 + 4, milliseconds - 6, "Model");
        model.Attributes.Add(Attribute("tfy.model.name", _model));
        model.Attributes.Add(Number("tfy.model.metric.input_tokens", 24 + _prompt.Length / 4));
        model.Attributes.Add(Number("tfy.model.metric.output_tokens", _completion.Length / 4));
        model.Attributes.Add(Messages("gen_ai.input.messages", "user", _prompt));
        model.Attributes.Add(Messages("gen_ai.output.messages", "assistant", _completion));
        Add(model, "POST https://api.example.com/v1/chat/completions", Span.Types.SpanKind.Client, milliseconds / 6 + 9, milliseconds - 8, null);
    }

    private Span Add(Span? parent, string name, Span.Types.SpanKind kind, int startMs, int endMs, string? spanType)
    {
        var span = new Span
        {
            TraceId = ByteString.CopyFrom(_traceId),
            SpanId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(8)),
            ParentSpanId = parent?.SpanId ?? ByteString.Empty,
            Name = name,
            Kind = kind,
            StartTimeUnixNano = UnixNano(startMs),
            EndTimeUnixNano = UnixNano(endMs),
        };
        if (spanType is not null)
            span.Attributes.Add(Attribute("tfy.span_type", spanType));
        _spans.Add(span);
        return span;
    }

    private ulong UnixNano(int offsetMs) => (ulong)_start.AddMilliseconds(offsetMs).ToUnixTimeMilliseconds() * 1_000_000;

    private static KeyValue Attribute(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    private static KeyValue Number(string key, long value) => new() { Key = key, Value = new AnyValue { IntValue = value } };

    private static KeyValue Messages(string key, string role, string content)
    {
        var message = new KeyValueList { Values = { Attribute("role", role), Attribute("content", content) } };
        return new KeyValue
        {
            Key = key,
            Value = new AnyValue { ArrayValue = new ArrayValue { Values = { new AnyValue { KvlistValue = message } } } },
        };
    }

    private static string Canary() => RandomNumberGenerator.GetHexString(12, lowercase: true);

    private static string Digits() => RandomNumberGenerator.GetInt32(1000, 10_000).ToString(CultureInfo.InvariantCulture);
}
