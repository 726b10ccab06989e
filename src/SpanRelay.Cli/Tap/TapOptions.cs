using SpanRelay.Watch;

namespace SpanRelay.Cli.Tap;

internal sealed record TapOptions
{
    public required SpanFilter Filter { get; init; }

    public bool ShowsAttributes { get; init; }

    public bool AsJson { get; init; }

    /// <summary>How far the first query looks back.</summary>
    public TimeSpan Since { get; init; }

    public TimeSpan Interval { get; init; }

    /// <summary>How many spans to show.</summary>
    public int Limit { get; init; }

    public bool Once { get; init; }
}
