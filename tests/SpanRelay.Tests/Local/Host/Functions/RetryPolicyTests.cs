using SpanRelay.Local.Host.Functions;

namespace SpanRelay.Tests.Local.Host.Functions;

public sealed class RetryPolicyTests
{
    private static readonly RetryPolicy Backoff = new(-1, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(2, 2.0)]
    [InlineData(3, 3.0)]
    [InlineData(4, 5.0)]
    [InlineData(5, 9.0)]
    [InlineData(6, 17.0)]
    [InlineData(7, 33.0)]
    [InlineData(8, 60.0)]
    [InlineData(1_000_000, 60.0)]
    public void DelaysGrowAsTheFunctionsHostsDoUpToTheMaximum(int retry, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.DelayBefore(retry, 0.5));

    [Theory]
    [InlineData(3, 0.0, 2.6)]
    [InlineData(3, 1.0, 3.4)]
    [InlineData(1, 0.0, 1.0)]
    [InlineData(8, 1.0, 60.0)]
    public void JitterChangesADelaysGrowthByAFifth(int retry, double random, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.DelayBefore(retry, random));

    [Theory]
    [InlineData(0, 1, null)]
    [InlineData(2, 2, 5.0)]
    [InlineData(2, 3, null)]
    [InlineData(-1, 1000, 5.0)]
    public void AFixedDelayHasNoJitterAndBoundedRetriesEnd(int maxRetryCount, int retry, double? seconds)
    {
        var policy = new RetryPolicy(maxRetryCount, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
        Assert.Equal(seconds, policy.DelayBefore(retry, 0.9)?.TotalSeconds);
    }
}
