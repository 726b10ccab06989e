using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;

namespace SpanRelay.Benchmarks;

internal sealed class ThroughputConfig : ManualConfig
{
    public ThroughputConfig() =>
        AddColumn(new ThroughputColumn()).AddDiagnoser(new MemoryDiagnoser(new MemoryDiagnoserConfig(displayGenColumns: false)));
}
