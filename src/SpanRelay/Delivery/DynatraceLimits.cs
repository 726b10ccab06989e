namespace SpanRelay.Delivery;

/// <summary>What Dynatrace's OTLP endpoint takes at most.</summary>
public static class DynatraceLimits
{
    /// <summary>Dynatrace documents "8 MB" without saying which; this is the smaller reading.</summary>
    public const int MaxRequestBytes = 8_000_000;
}
