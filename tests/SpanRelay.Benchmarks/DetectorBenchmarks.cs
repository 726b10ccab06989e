using BenchmarkDotNet.Attributes;
using SpanRelay.Redaction.Detectors;

namespace SpanRelay.Benchmarks;

/// <summary>Each detector alone, where it finds nothing.</summary>
[Config(typeof(ThroughputConfig))]
public class DetectorBenchmarks
{
    private Detector _detector = null!;

    public static IEnumerable<SampleText> Texts =>
        [new("prose", SampleTexts.Prose), new("chat JSON", SampleTexts.Chat), new("image", SampleTexts.Image)];

    public static IEnumerable<string> Detectors => DetectorCatalog.All.Select(detector => detector.Name);

    [ParamsSource(nameof(Texts))]
    public SampleText Text { get; set; } = null!;

    [ParamsSource(nameof(Detectors))]
    public string Detector { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _detector = DetectorCatalog.All.Single(detector => detector.Name == Detector);

    [Benchmark]
    public bool TryFind() => _detector.TryFind(Text.Bytes, 0, out _);
}
