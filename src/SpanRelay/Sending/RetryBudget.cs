using SpanRelay.Dynatrace;

namespace SpanRelay.Sending;

/// <summary>How long one invocation keeps trying from its first request on, and the decision whether another attempt fits. Several requests use it at a time.</summary>
internal sealed class RetryBudget(TimeSpan length, TimeSpan attemptTimeout, TimeProvider time)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    /// <summary>The shortest that can be set.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(10);

    /// <summary>The longest that can be set: half of the functionTimeout in host.json.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private long _endTicks; // 0 before the first attempt.

    /// <summary>Whether there is time for an attempt, and how long it may take.</summary>
    /// <param name="latest">When no attempt with these spans may last any longer, since Dynatrace would drop one of them.</param>
    public bool TryBegin(DateTimeOffset latest, out TimeSpan timeout)
    {
        var now = time.GetUtcNow();
        Interlocked.CompareExchange(ref _endTicks, (now + length).UtcTicks, 0);
        var left = LeftUntil(latest, now);
        timeout = left < attemptTimeout ? left : attemptTimeout;
        return timeout >= Least;
    }

    /// <summary>Whether to retry after this response, and after which delay: the server's, else one that grows.</summary>
    /// <param name="failures">Attempts so far, this one included.</param>
    /// <param name="chance">Random, from 0 to 1: spreads requests that failed together.</param>
    public bool TryGetDelay(Response response, DateTimeOffset latest, int failures, double chance, out TimeSpan delay)
    {
        delay = response.RetryAfter is { } after && after > TimeSpan.Zero ? after : Backoff(failures, chance);
        return response.Outcome == Outcome.RetryLater && LeftUntil(latest, time.GetUtcNow()) - Least >= delay;
    }

    private TimeSpan LeftUntil(DateTimeOffset latest, DateTimeOffset now) =>
        TimeSpan.FromTicks(Math.Min(Interlocked.Read(ref _endTicks), latest.UtcTicks) - now.UtcTicks);

    private TimeSpan Least => attemptTimeout < DynatraceLimits.ShortestAttempt ? attemptTimeout : DynatraceLimits.ShortestAttempt;

    private static TimeSpan Backoff(int failures, double chance)
    {
        var grown = FirstDelay * Math.Pow(2, Math.Min(failures, 16) - 1);
        return (grown < LongestDelay ? grown : LongestDelay) * (0.5 + chance / 2);
    }
}
