namespace SpanRelay.Dynatrace;

/// <summary>What Dynatrace's OTLP endpoint takes at most.</summary>
public static class DynatraceLimits
{
    /// <summary>Dynatrace documents "8 MB" without saying which; this is the smaller reading.</summary>
    public const int MaxRequestBytes = 8_000_000;

    /// <summary>Since a span's end. Older spans are dropped after a 200, without a word.</summary>
    public static readonly TimeSpan MaxSpanAge = TimeSpan.FromMinutes(60);

    /// <summary>From now to a span's end: Dynatrace says 10 minutes, and clocks differ. Spans further ahead are dropped like old ones.</summary>
    public static readonly TimeSpan MaxSpanAhead = TimeSpan.FromMinutes(9);
}
