using System.Security.Cryptography;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;
using Kind = SpanRelay.Otlp.Schema.Span.Types.SpanKind;

namespace SpanRelay.Cli.Run;

/// <summary>
/// One request as the gateway traces it: a root with guardrails, calls of tools and models, and their network calls. It holds what must
/// be redacted: a prompt with an e-mail address and a card number, a completion, errors that quote them, and a credential on the resource.
/// </summary>
internal sealed class SampleTrace
{
    private const string ChatCompletion = "ChatCompletion";
    private const int Courses = 6;
    private const int TracesPerBatch = 10;

    private readonly byte[] _traceId = RandomNumberGenerator.GetBytes(16);
    private readonly List<Span> _spans = [];
    private readonly DateTimeOffset _start;
    private readonly int _milliseconds = RandomNumberGenerator.GetInt32(700, 2500);
    private readonly SampleContent _content = new();
    private readonly SampleModel _model;
    private readonly SampleModel _fallback;
    private readonly bool _writesConventions;

    /// <param name="end">When its last span ended.</param>
    /// <param name="number">Decides on its course: every six traces have one of each, first without and then with the gateway's flag for <c>gen_ai.*</c>.</param>
    public SampleTrace(DateTimeOffset end, int number)
    {
        _start = end - TimeSpan.FromMilliseconds(_milliseconds);
        _writesConventions = number / Courses % 2 == 1;
        (_model, _fallback) = number % Courses == 4 ? (SampleModel.Embedding, SampleModel.Embedding) : SampleModel.AnyTwo();
        AddSpans(number % Courses);
    }

    /// <summary>As many traces as the gateway exports together.</summary>
    /// <param name="number">The batch's.</param>
    public static IReadOnlyList<SampleTrace> CreateBatch(int number, DateTimeOffset end) =>
        [.. Enumerable.Range(0, TracesPerBatch).Select(index => new SampleTrace(end, (int)(((long)number * TracesPerBatch + index) % (2 * Courses))))];

    public static ExportTraceServiceRequest Export(IEnumerable<SampleTrace> batch) => new() { ResourceSpans = { batch.Select(trace => trace.ToResourceSpans()) } };

    /// <inheritdoc cref="SampleContent.Secrets"/>
    public IEnumerable<string> Secrets => _content.Secrets;

    public IReadOnlyList<Span> Spans => _spans;

    /// <summary>The trace as the gateway exports it.</summary>
    public ResourceSpans ToResourceSpans()
    {
        var resource = new Resource
        {
            Attributes =
            {
                SampleAttributes.Text("service.name", "tfy-llm-gateway"),
                SampleAttributes.Text("tfytenantname", "sample"),
                SampleAttributes.Text("Authorization", _content.Credential),
            },
        };
        var scope = new ScopeSpans { Scope = new InstrumentationScope { Name = "tfy-llm-gateway" }, Spans = { _spans } };
        return new ResourceSpans { Resource = resource, ScopeSpans = { scope } };
    }

    private void AddSpans(int course)
    {
        var (type, name) = course == 4 ? ("Embedding", "embeddings") : (ChatCompletion, "chatCompletions");
        var fails = course == 5;
        var root = Add(null, name, Kind.Server, 0, 1000, SampleAttributes.Request(type, _model.QualifiedName, _content, fails ? 400 : 200));
        AddGuardrail(root);
        switch (course)
        {
            case 2:
                AddFailure(root, _model, 170, 300, "rate_limit_exceeded", 429);
                AddModel(root, _fallback, type, isStreaming: false, 310, 990);
                break;
            case 3:
                AddTool(root, "tools/list", 170, 200);
                AddModel(root, _model, type, isStreaming: false, 210, 500);
                AddTool(root, "tools/call", 510, 690);
                AddModel(root, _model, type, isStreaming: false, 700, 990);
                break;
            case 5:
                AddFailure(root, _model, 170, 990, "invalid_request_error", 400);
                Fail(root);
                root.Attributes.Add(SampleAttributes.Text("tfy.error_type", "invalid_request_error"));
                break;
            default:
                AddModel(root, _model, type, isStreaming: course == 1, 170, 990);
                break;
        }
    }

    private void AddGuardrail(Span root)
    {
        var guardrail = Add(root, "Guardrail: pii-check", Kind.Internal, 5, 160, SampleAttributes.Guardrail(_content, _model.QualifiedName, "pass", Milliseconds(155)));
        Add(guardrail, "POST https://guardrails.example.com/v1/check", Kind.Client, 8, 155);
    }

    private void AddModel(Span root, SampleModel model, string type, bool isStreaming, int start, int end)
    {
        var span = Add(root, $"Model: {model.Name}", Kind.Internal, start, end, SampleAttributes.Model(model, type, isStreaming, _content, Milliseconds(end - start)));
        span.Attributes.Add(SampleAttributes.Answer(_content, isStreaming, Milliseconds(end - start)));
        if (_writesConventions)
            span.Attributes.Add(SampleAttributes.Conventions(model, type == ChatCompletion ? "chat" : "embeddings", _content));
        Add(span, $"POST {model.Url}", Kind.Client, start + 5, end - 5);
    }

    private void AddFailure(Span root, SampleModel model, int start, int end, string error, int status)
    {
        var span = Add(root, $"Model: {model.Name}", Kind.Internal, start, end, SampleAttributes.Model(model, ChatCompletion, isStreaming: false, _content, Milliseconds(end - start)));
        span.Attributes.Add(SampleAttributes.Failure(_content, error, status));
        Fail(span);
        Add(span, $"POST {model.Url}", Kind.Client, start + 5, end - 5);
    }

    private void AddTool(Span root, string method, int start, int end)
    {
        var span = Add(root, $"MCP: parcels {method}", Kind.Internal, start, end, SampleAttributes.Tool(_content, method, Milliseconds(end - start)));
        Add(span, "POST https://parcels.example.com/mcp", Kind.Client, start + 2, end - 2);
    }

    private void Fail(Span span) => span.Status = new Status { Code = Status.Types.StatusCode.Error, Message = _content.Error };

    /// <param name="start">In thousandths of the trace's duration, as the end.</param>
    private Span Add(Span? parent, string name, Kind kind, int start, int end, params KeyValue[] attributes)
    {
        var span = new Span
        {
            TraceId = ByteString.CopyFrom(_traceId),
            SpanId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(8)),
            ParentSpanId = parent?.SpanId ?? ByteString.Empty,
            Name = name,
            Kind = kind,
            StartTimeUnixNano = UnixNano(start),
            EndTimeUnixNano = UnixNano(end),
        };
        span.Attributes.Add(attributes);
        _spans.Add(span);
        return span;
    }

    private int Milliseconds(int thousandths) => _milliseconds * thousandths / 1000;

    private ulong UnixNano(int thousandths) => (ulong)_start.AddMilliseconds(Milliseconds(thousandths)).ToUnixTimeMilliseconds() * 1_000_000;
}
