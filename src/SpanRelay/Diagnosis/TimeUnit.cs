using SpanRelay.DeadLetters;

namespace SpanRelay.Diagnosis;

/// <summary>Recognizes spans whose times are not in nanoseconds since 1970: read as such, they ended decades ago.</summary>
internal static class TimeUnit
{
    private static readonly DateTimeOffset EarliestEnd = new(2015, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Null when the oldest end makes sense in no other unit.</summary>
    public static Cause? CauseOf(DeadLetter letter)
    {
        // The end as it was read, in nanoseconds; the letter has it to the second.
        var sinceEpoch = letter.At - letter.Age - DateTimeOffset.UnixEpoch;
        var latest = letter.At + TimeSpan.FromDays(1);
        if (Reads(sinceEpoch, 1e9, EarliestEnd, latest))
            return CauseCatalog.TimesInSeconds;
        if (Reads(sinceEpoch, 1e6, EarliestEnd, latest))
            return CauseCatalog.TimesInMilliseconds;
        if (Reads(sinceEpoch, 1e3, EarliestEnd, latest))
            return CauseCatalog.TimesInMicroseconds;
        return IsTicks(sinceEpoch, latest) ? CauseCatalog.TimesInTicks : null;
    }

    private static bool Reads(TimeSpan end, double factor, DateTimeOffset earliest, DateTimeOffset latest)
    {
        var (first, last) = ((earliest - DateTimeOffset.UnixEpoch).TotalSeconds / factor, (latest - DateTimeOffset.UnixEpoch).TotalSeconds / factor);
        return end.TotalSeconds >= first - 1 && end.TotalSeconds <= last + 1 && end.TotalSeconds > 0;
    }

    /// <summary>.NET counts 100 nanoseconds since the year 1.</summary>
    private static bool IsTicks(TimeSpan end, DateTimeOffset latest)
    {
        const double NanosecondsPerTick = 100;
        var ticks = end.Ticks * NanosecondsPerTick;
        return ticks >= EarliestEnd.Ticks && ticks <= latest.Ticks;
    }
}
