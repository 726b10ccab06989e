using SpanRelay.Dynatrace;
using SpanRelay.Redaction;

namespace SpanRelay.Pipeline;

/// <summary>Whether Dynatrace would keep a span, by its end and ids. It silently drops others, or rejects their request, so they are not sent.</summary>
/// <param name="maxAge">Null for a receiver that keeps every span, whenever it ended.</param>
internal sealed class SpanLifetime(TimeSpan? maxAge, TimeProvider time)
{
    /// <summary>The earliest and latest end that Dynatrace accepts now, in Unix nanoseconds. Where the earliest is 0, a span needs no end.</summary>
    public (ulong Earliest, ulong Latest) Bounds
    {
        get
        {
            if (maxAge is not { } age)
                return (0, ulong.MaxValue);

            var now = time.GetUtcNow();
            return (UnixNano(now - age), UnixNano(now + DynatraceLimits.MaxSpanAhead));
        }
    }

    /// <summary>All spans of the export have ids and are within the bounds, by its oldest and newest end alone.</summary>
    public bool HoldsFor(in RedactionResult export)
    {
        var (earliest, latest) = Bounds;
        return export.SpansWithoutIds == 0 && (export.SpansWithoutEnd == 0 || earliest == 0) && (export.Spans == 0 || export.OldestEndUnixNano >= earliest && export.NewestEndUnixNano <= latest);
    }

    /// <summary>Until when Dynatrace accepts all spans that are to be sent of the event.</summary>
    public DateTimeOffset LatestFor(in SortedEvent sorted)
    {
        if (maxAge is not { } age)
            return DateTimeOffset.MaxValue;

        var isWhole = sorted.Event.Places is null && sorted.Redacted.Result.SpansWithoutEnd < sorted.Redacted.Result.Spans;
        return isWhole
            ? DateTimeOffset.UnixEpoch.AddTicks((long)(sorted.Redacted.Result.OldestEndUnixNano / 100)) + DynatraceLimits.MaxSpanAge
            : time.GetUtcNow() + DynatraceLimits.MaxSpanAge - age;
    }

    /// <summary>Time since the end, or until it if it is in the future; in whole seconds.</summary>
    public TimeSpan AgeOf(ulong endUnixNano)
    {
        var end = DateTimeOffset.UnixEpoch.AddTicks((long)Math.Min(endUnixNano / 100, (ulong)(DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks));
        return TimeSpan.FromSeconds(Math.Floor((time.GetUtcNow() - end).Duration().TotalSeconds));
    }

    private static ulong UnixNano(DateTimeOffset time) => (ulong)Math.Max(0, (time - DateTimeOffset.UnixEpoch).Ticks) * 100;
}
