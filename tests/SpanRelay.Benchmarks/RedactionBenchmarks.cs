using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using SpanRelay.Buffers;
using SpanRelay.GenAi;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Tests;
using SpanRelay.Tests.Redaction.Oracle;

namespace SpanRelay.Benchmarks;

/// <summary>
/// The default policy on what a gateway exports: 500 spans of about 3 KB, half of it content. On the wire, and the plain way:
/// parse, redact the objects, encode. Both have the same result.
/// </summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class RedactionBenchmarks : IDisposable
{
    private const int Spans = 500;

    private readonly PooledBuffer _output = new();
    private readonly Redactor _redactor = new(new RedactionOptions(), ResourceAttributes.None);
    private readonly Redactor _normalizing = new GenAiOptions().CreateRedactor(new RedactionOptions(), ResourceAttributes.None);
    private readonly ObjectModelRedactor _objectModel = new(new RedactionOptions());
    private byte[] _request = [];
    private int[] _hits = [];

    [GlobalSetup]
    public void Setup()
    {
        _request = Some.Request([.. Enumerable.Range(1, Spans).Select(Span)]).ToByteArray();
        _hits = new int[_redactor.Rules.Count];
        if (_request.Length / Spans is < 2_700 or > 3_300)
            throw new InvalidOperationException($"The sample has {_request.Length / Spans} bytes a span.");

        OnTheWire();
        if (!_output.WrittenSpan.SequenceEqual(Encode(_objectModel.Redact(_request))))
            throw new InvalidOperationException("The two results differ.");
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _output.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public byte[] OnObjects()
    {
        var request = ExportTraceServiceRequest.Parser.ParseFrom(_request);
        _objectModel.RedactInPlace(request);
        return Encode(request);
    }

    [Benchmark]
    public int OnTheWire()
    {
        _output.Truncate(0);
        return _redactor.Redact(_request, _output, _hits).Spans;
    }

    /// <summary>What the relay does: with the attributes that AI Observability needs.</summary>
    [Benchmark]
    public int OnTheWireNormalized()
    {
        _output.Truncate(0);
        return _normalizing.Redact(_request, _output, _hits).Spans;
    }

    private static byte[] Encode(ExportTraceServiceRequest request) => request.ToByteArray();

    private static Span Span(int id)
    {
        var span = Some.Span(id);
        var text = SampleTexts.Prose.AsSpan(id % 200 * 7, 700);
        var prose = System.Text.Encoding.UTF8.GetString(text);
        span.Attributes.Add(
        [
            Some.Attribute("tfy.span_type", "Model"),
            Some.Attribute("tfy.input", prose),
            Some.Attribute("tfy.output", prose[..400]),
            Some.Attribute("gen_ai.input.messages", prose[..500]),
            Some.Attribute("tfy.request.model_name", "openai-main/gpt-4o"),
            Some.Attribute("tfy.request.created_by_subject", "virtualaccount/checkout"),
            Some.Attribute("tfy.request.conversation_id", $"c-6f9619ff-{id:x4}-d011-b42d-00cf4fc9{id:x4}"),
            Some.Attribute("tfy.model.id", "gpt-4o"),
            Some.Attribute("tfy.model.name", "gpt-4o"),
            Some.Attribute("tfy.model.fqn", "tfy:openai-main:gpt-4o"),
            Some.Attribute("tfy.model.request_url", "https://api.openai.com/v1/chat/completions"),
            Some.Attribute("tfy.model.request_type", "ChatCompletion"),
            Number("tfy.model.metric.time_to_first_token_in_ms", 412),
            Number("tfy.model.metric.latency_in_ms", 1893),
            Number("tfy.model.metric.input_tokens", 702),
            Number("tfy.model.metric.output_tokens", 188),
            Number("http.response.status_code", 200),
            Some.Attribute("tfy.prompt_version_fqn", "chat_prompt:default/support/answer:12"),
            Some.Attribute("applied_loadbalance_rule_ids", "[\"weights\",\"fallback\"]"),
            Some.Attribute("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"),
        ]);
        span.Events.Add(new Span.Types.Event { Name = "retry", TimeUnixNano = span.StartTimeUnixNano, Attributes = { Some.Attribute("note", prose[..120]) } });
        return span;
    }

    private static KeyValue Number(string key, long value) => new() { Key = key, Value = new AnyValue { IntValue = value } };
}
