namespace SpanRelay.Infrastructure.Tests.Documents;

/// <summary>What a load takes, by the formula of docs/capacity.md.</summary>
/// <param name="SpansASecond">The load.</param>
internal sealed record Capacity(double SpansASecond)
{
    public const double BytesASpan = 623;
    public const double SpansAnEvent = 50;
    public const double SpansAnInstance = 20_000;

    private const double LargestStandard = 32;
    private const double LargestNamespace = 80;
    private const double MegabytesAProcessingUnit = 5;

    private static readonly double[] ProcessingUnits = [1, 2, 4, 8, 12, 16];

    public double Megabytes => SpansASecond * BytesASpan / 1_000_000;

    public double Events => SpansASecond / SpansAnEvent;

    public double Instances => Math.Ceiling(SpansASecond / SpansAnInstance);

    public bool IsStandard => ThroughputUnits <= LargestStandard;

    public double Namespaces => IsStandard ? 1 : Math.Ceiling(Megabytes / LargestNamespace);

    public double Units => IsStandard ? ThroughputUnits : ProcessingUnits.First(units => units * MegabytesAProcessingUnit >= Megabytes / Namespaces);

    public double Partitions => new[] { 4, Math.Ceiling(Megabytes / Namespaces), Math.Ceiling(Instances / Namespaces), IsStandard ? ThroughputUnits : 0 }.Max();

    private double ThroughputUnits => Math.Ceiling(Math.Max(Megabytes, Events / 1000));
}
