using SpanRelay.Dynatrace;

namespace SpanRelay.Sending;

/// <summary>How long one invocation keeps trying, and the decision whether another attempt fits.</summary>
internal sealed class RetryBudget(TimeSpan length, TimeSpan attemptTimeout, TimeProvider time)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    /// <summary>The shortest that can be set.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(10);

    /// <summary>The longest that can be set: half of the functionTimeout in host.json.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly DateTimeOffset _end = time.GetUtcNow() + length;

    /// <summary>Whether there is time for an attempt, and how long it may take.</summary>
    public bool TryBegin(out TimeSpan timeout)
    {
        var left = _end - time.GetUtcNow();
        timeout = left < attemptTimeout ? left : attemptTimeout;
        return timeout >= Least;
    }

    /// <summary>Whether to retry after this response, and after which delay: the server's, else one that grows.</summary>
    /// <param name="failures">Attempts so far, this one included.</param>
    /// <param name="chance">Random, from 0 to 1: spreads requests that failed together.</param>
    public bool TryGetDelay(Response response, int failures, double chance, out TimeSpan delay)
    {
        delay = response.RetryAfter is { } after && after > TimeSpan.Zero ? after : Backoff(failures, chance);
        return response.Outcome == Outcome.RetryLater && _end - time.GetUtcNow() - Least >= delay;
    }

    private TimeSpan Least => attemptTimeout < DynatraceLimits.ShortestAttempt ? attemptTimeout : DynatraceLimits.ShortestAttempt;

    private static TimeSpan Backoff(int failures, double chance)
    {
        var grown = FirstDelay * Math.Pow(2, Math.Min(failures, 16) - 1);
        return (grown < LongestDelay ? grown : LongestDelay) * (0.5 + chance / 2);
    }
}
