using SpanRelay.Cli.Page;

namespace SpanRelay.Page.Tests;

public sealed class HistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ALongRunIsRememberedForFiveMinutes()
    {
        var history = new History();
        for (var second = 0; second < 10_000; second++)
            history.Add(new Sample(Start.AddSeconds(second)));

        Assert.Equal(History.MostSamples, history.Samples.Count);
        Assert.Equal(Start.AddSeconds(9_999), history.Samples[^1].At);
        Assert.Equal(Start.AddSeconds(9_700), history.Samples[0].At);
    }

    [Fact]
    public void ARateIsThatOfTheLastFiveSeconds()
    {
        // 100 a second for ten seconds, then 10 a second.
        var samples = Enumerable.Range(0, 21).Select(second => new Sample(Start.AddSeconds(second)) { SpansDelivered = second <= 10 ? second * 100 : 1_000 + ((second - 10) * 10) }).ToList();

        Assert.Equal(10, History.PerSecond(samples, sample => sample.SpansDelivered));
        Assert.Equal(100, History.PerSecond([.. samples.Take(11)], sample => sample.SpansDelivered));
        Assert.Equal(0, History.PerSecond([.. samples.Take(1)], sample => sample.SpansDelivered));
        Assert.Equal([100, 100], History.Rates([.. samples.Take(3)], sample => sample.SpansDelivered));
    }

    [Fact]
    public void TwoSamplesOfOneMomentAreNoRate()
    {
        Sample[] samples = [new(Start) { EventsReceived = 1 }, new(Start) { EventsReceived = 5 }];

        Assert.Equal(0, History.PerSecond(samples, sample => sample.EventsReceived));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1.5, 2)]
    [InlineData(21, 50)]
    [InlineData(50, 50)]
    [InlineData(999, 1000)]
    public void AChartEndsAtARoundNumber(double highest, double top) => Assert.Equal(top, Chart.RoundUp(highest));
}
