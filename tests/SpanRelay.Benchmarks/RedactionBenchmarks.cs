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
        _request = Some.Request([.. Enumerable.Range(1, Spans).Select(id => GatewaySpan.Create(id))]).ToByteArray();
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
}
