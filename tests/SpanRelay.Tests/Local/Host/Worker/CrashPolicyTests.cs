using SpanRelay.Local.Host.Worker;

namespace SpanRelay.Tests.Local.Host.Worker;

public sealed class CrashPolicyTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void TheThirdCrashEndsIt()
    {
        var policy = new CrashPolicy();
        Assert.Equal([true, true, false], new[] { 0, 30, 60 }.Select(minute => policy.RestartsAfterCrash(Start.AddMinutes(minute))));
    }

    [Fact]
    public void ACrashMuchLaterCountsAsTheFirst()
    {
        var policy = new CrashPolicy();
        Assert.Equal(
            [true, true, true, true, false],
            new[] { 0, 1, 32, 33, 34 }.Select(minute => policy.RestartsAfterCrash(Start.AddMinutes(minute))));
    }
}
