namespace SpanRelay.Benchmarks;

/// <summary>A text as a benchmark's parameter.</summary>
public sealed record SampleText(string Name, byte[] Bytes)
{
    public override string ToString() => $"{Name}, {Bytes.Length} B";
}
