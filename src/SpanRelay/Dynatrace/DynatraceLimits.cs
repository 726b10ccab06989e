namespace SpanRelay.Dynatrace;

/// <summary>The limits of Dynatrace's OTLP endpoint, and what follows from them.</summary>
internal static class DynatraceLimits
{
    /// <summary>Dynatrace documents "8 MB" without saying which unit; this is the smaller reading.</summary>
    public const int MaxRequestBytes = 8_000_000;

    /// <summary>Since a span's end. Dynatrace silently drops older spans after a 200.</summary>
    public static readonly TimeSpan MaxSpanAge = TimeSpan.FromMinutes(60);

    /// <summary>From now to a span's end. Dynatrace says 10 minutes, and clocks differ. It silently drops spans further ahead.</summary>
    public static readonly TimeSpan MaxSpanAhead = TimeSpan.FromMinutes(9);

    /// <summary>A shorter attempt would often time out although Dynatrace accepts the request, which would then be sent twice.</summary>
    internal static readonly TimeSpan ShortestAttempt = TimeSpan.FromSeconds(5);
}
