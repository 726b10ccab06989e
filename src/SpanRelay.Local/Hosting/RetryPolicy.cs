using System.Globalization;
using System.Text.Json;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Local.Hosting;

/// <summary>Decides how long to wait before a failed invocation is repeated, or that it is not.</summary>
/// <param name="MaxRetryCount">-1: without end.</param>
/// <param name="Minimum">The first delay, before jitter.</param>
/// <param name="Maximum">No delay is longer. Equal to the minimum for a fixed delay.</param>
public sealed record RetryPolicy(int MaxRetryCount, TimeSpan Minimum, TimeSpan Maximum)
{
    // How far jitter moves a delay either way: what WebJobs' exponential backoff uses.
    private const double Jitter = 0.2;

    /// <param name="retry">1 for the first repetition.</param>
    /// <param name="random">From 0 to 1: where in the range of jitter the delay lies. A fixed delay has no jitter.</param>
    /// <returns>Null: give up.</returns>
    public TimeSpan? DelayBefore(int retry, double random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(retry, 1);
        if (MaxRetryCount >= 0 && retry > MaxRetryCount) return null;
        if (Minimum == Maximum) return Minimum;
        var doubled = Minimum.TotalMilliseconds * Math.Pow(2, Math.Min(retry - 1, 62));
        var shaken = doubled * (1 - Jitter + (2 * Jitter * random));
        return TimeSpan.FromMilliseconds(Math.Clamp(shaken, Minimum.TotalMilliseconds, Maximum.TotalMilliseconds));
    }

    internal static RetryPolicy Read(JsonElement json, string file)
    {
        var count = json.TryGetProperty("maxRetryCount", out var value) && value.TryGetInt32(out var number) ? number : -1;
        var strategy = json.TryGetProperty("strategy", out var name) ? name.GetString() : null;
        return strategy switch
        {
            "fixedDelay" => Fixed(count, Interval(json, "delayInterval", file)),
            "exponentialBackoff" => new RetryPolicy(
                count, Interval(json, "minimumInterval", file), Interval(json, "maximumInterval", file)),
            _ => throw new LocalSystemException(
                $"{file}: the retry strategy \"{strategy}\" is not known. Use exponentialBackoff or fixedDelay."),
        };
    }

    private static RetryPolicy Fixed(int count, TimeSpan delay) => new(count, delay, delay);

    private static TimeSpan Interval(JsonElement json, string property, string file) =>
        json.TryGetProperty(property, out var value)
        && TimeSpan.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var interval)
        && interval >= TimeSpan.Zero
            ? interval
            : throw new LocalSystemException($"{file}: the retry policy has no valid \"{property}\". Write it as hh:mm:ss.");
}
