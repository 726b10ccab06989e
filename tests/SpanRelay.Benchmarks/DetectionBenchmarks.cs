using BenchmarkDotNet.Attributes;
using SpanRelay.Buffers;
using SpanRelay.Redaction.Detectors;

namespace SpanRelay.Benchmarks;

/// <summary>All detectors that are on by default together.</summary>
[Config(typeof(ThroughputConfig))]
public class DetectionBenchmarks : IDisposable
{
    private readonly PooledBuffer _output = new();
    private readonly int[] _hits = new int[DetectorCatalog.All.Count];

    private readonly TextRedactor _redactor = new(DetectorCatalog.All
        .Where(detector => detector.OnByDefault)
        .Select(detector => (detector, detector.DefaultReplacement)));

    public static IEnumerable<SampleText> Texts =>
    [
        new("prose", SampleTexts.Prose),
        new("code", SampleTexts.Code),
        new("chat JSON", SampleTexts.Chat),
        new("image", SampleTexts.Image),
        new("attribute", SampleTexts.Attribute),
        new("chat, 3 hits", SampleTexts.ChatWithHits),
    ];

    [ParamsSource(nameof(Texts))]
    public SampleText Text { get; set; } = null!;

    /// <summary>Most texts hold nothing to redact; then nothing is written.</summary>
    [Benchmark]
    public bool Redact()
    {
        _output.Truncate(0);
        return _redactor.TryRedact(Text.Bytes, _output, _hits);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _output.Dispose();
        GC.SuppressFinalize(this);
    }
}
