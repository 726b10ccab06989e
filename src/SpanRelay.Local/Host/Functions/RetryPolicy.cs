using SpanRelay.Local.Host.Worker.Protocol;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Local.Host.Functions;

/// <summary>Decides how long to wait before a failed invocation is retried, or that it is not.</summary>
/// <param name="MaxRetryCount">-1 for unlimited retries.</param>
/// <param name="Minimum">The first delay.</param>
/// <param name="Maximum">No delay is longer. Equal to the minimum for a fixed delay.</param>
internal sealed record RetryPolicy(int MaxRetryCount, TimeSpan Minimum, TimeSpan Maximum)
{
    // The jitter of the host's exponential backoff, in either direction.
    private const double Jitter = 0.2;

    /// <param name="retry">1 for the first retry.</param>
    /// <param name="random">From 0 to 1: the position in the range of jitter.</param>
    /// <returns>Null when there is no further retry.</returns>
    public TimeSpan? DelayBefore(int retry, double random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(retry, 1);
        if (MaxRetryCount >= 0 && retry > MaxRetryCount) return null;
        if (retry == 1 || Minimum == Maximum) return Minimum;
        var grown = Math.Pow(2, Math.Min(retry - 2, 62)) * (1 - Jitter + (2 * Jitter * random));
        var delay = Minimum.TotalMilliseconds * (1 + grown);
        return TimeSpan.FromMilliseconds(Math.Min(delay, Maximum.TotalMilliseconds));
    }

    /// <exception cref="LocalSystemException">The Functions host would reject them.</exception>
    internal static RetryPolicy Read(RpcRetryOptions options, string function)
    {
        var policy = options.RetryStrategy == RpcRetryOptions.Types.Strategy.FixedDelay
            ? new RetryPolicy(options.MaxRetryCount, Interval(options.DelayInterval), Interval(options.DelayInterval))
            : new RetryPolicy(options.MaxRetryCount, Interval(options.MinimumInterval), Interval(options.MaximumInterval));
        if (policy.MaxRetryCount < -1)
            throw new LocalSystemException($"{function}: the retry count is {policy.MaxRetryCount}. Use -1 for ever, or 0 and more.");
        return policy.Minimum >= TimeSpan.Zero && policy.Minimum <= policy.Maximum
            ? policy
            : throw new LocalSystemException($"{function}: the retry delays are {policy.Minimum} to {policy.Maximum}. The first must not be negative, nor greater than the second.");
    }

    private static TimeSpan Interval(Google.Protobuf.WellKnownTypes.Duration? duration) => duration?.ToTimeSpan() ?? TimeSpan.Zero;
}
