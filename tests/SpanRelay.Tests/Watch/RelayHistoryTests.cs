using Microsoft.Extensions.Time.Testing;
using SpanRelay.Doctor;
using SpanRelay.Watch;

namespace SpanRelay.Tests.Watch;

public sealed class RelayHistoryTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly RelayHistory _history = new();

    [Fact]
    public void RatesAreOfTheTimeThatIsAskedFor()
    {
        Read(last: 99, settled: 99);
        Assert.Null(_history.RatesOver(TimeSpan.FromSeconds(10)));

        for (var second = 2; second <= 120; second += 2)
            Read(last: second <= 110 ? 99 + second : 209 + ((second - 110) * 10), settled: 99 + second, after: 2);

        Assert.Equal((10, 1), _history.RatesOver(TimeSpan.FromSeconds(10)));
        Assert.Equal((2.5, 1), _history.RatesOver(TimeSpan.FromMinutes(1)));
        Assert.Equal((210, 120), (_history.Received, _history.Settled));
    }

    [Fact]
    public void RatesAreOfAllReadingsWhileThereAreFew()
    {
        Read(last: -1, settled: null);
        Read(last: 7, settled: 3, after: 4);

        Assert.Equal((2, 1), _history.RatesOver(TimeSpan.FromMinutes(1)));
    }

    /// <summary>An empty partition may say that its first event is before the first.</summary>
    [Fact]
    public void TheFirstEventsOfAHubAreCountedOnce()
    {
        Read(last: -1, settled: null, first: -1);
        Read(last: 6, settled: 6, after: 2);

        Assert.Equal((7, 7), (_history.Received, _history.Settled));
    }

    [Fact]
    public void ReadingsFurtherApartThanTheWindowHaveTheRateBetweenTheLastTwo()
    {
        Read(last: 0, settled: 0);
        Read(last: 100, settled: 0, after: 100);
        Read(last: 400, settled: 0, after: 100);

        Assert.Equal(3, _history.RatesOver(TimeSpan.FromSeconds(10))!.Value.Received);
    }

    [Fact]
    public void AHubThatWasCreatedAnewIsCountedFromThenOn()
    {
        Read(last: 500, settled: 500);
        Read(last: 510, settled: 505, after: 2);
        Read(last: 3, settled: 1, after: 2);
        var since = _time.GetUtcNow();
        Assert.Null(_history.RatesOver(TimeSpan.FromSeconds(10)));

        Read(last: 5, settled: 5, after: 2);

        Assert.Equal((since, 2, 4, 0), (_history.Since, _history.Received, _history.Settled, _history.Expired));
    }

    [Fact]
    public void WhatTheHubDeletedUnsettledIsNotCalledSettled()
    {
        Read(last: 99, settled: 9);
        Read(last: 119, settled: 9, after: 2, first: 50);

        Assert.Equal((20, 0, 40), (_history.Received, _history.Settled, _history.Expired));
    }

    [Fact]
    public void WithoutACheckpointNothingIsSettled()
    {
        Read(last: 99, settled: null);
        Read(last: 99, settled: null, after: 2, first: 50);

        Assert.Equal((0, 50), (_history.Settled, _history.Expired));
    }

    [Fact]
    public void TheOldestEventWaitsSinceItWasFirstSeenWaiting()
    {
        Read(last: 0, settled: 0);
        Assert.Null(_history.OldestWaiting);

        Read(last: 1, settled: 0, after: 2);
        Read(last: 9, settled: 0, after: 20);
        Assert.Equal(TimeSpan.FromSeconds(20), _history.OldestWaiting);

        Read(last: 12, settled: 1, after: 5);
        Assert.Equal(TimeSpan.FromSeconds(5), _history.OldestWaiting);

        Read(last: 12, settled: 12, after: 5);
        Assert.Null(_history.OldestWaiting);
    }

    [Fact]
    public void WhenTheNewestEventWasEnqueuedSaysHowLongAllWait()
    {
        Read(last: 4, settled: 0, lastAge: 90);

        Assert.Equal(TimeSpan.FromSeconds(90), _history.OldestWaiting);
    }

    [Fact]
    public void WhereNobodyReadsTheHubItselfSaysHowLong()
    {
        _history.Add(new RelayReading(_time.GetUtcNow())
        {
            Partitions = [Partition(4, null, 0, 0)],
            OldestWaiting = new Dictionary<string, DateTimeOffset> { ["0"] = _time.GetUtcNow().AddHours(-3) },
        });

        Assert.Equal(TimeSpan.FromHours(3), _history.OldestWaiting);
    }

    /// <summary>And the age stays right.</summary>
    [Fact]
    public void HoweverLongItRunsItKeepsNoMoreThanItsLimit()
    {
        for (var reading = 0; reading < 5_000; reading++)
            Read(last: reading, settled: 0, after: 1);

        Assert.InRange(_history.Marks, 2, 2 * RelayHistory.MostMarks);
        Assert.Equal(TimeSpan.FromSeconds(4_998), _history.OldestWaiting);
        Assert.Equal(1, _history.RatesOver(TimeSpan.FromMinutes(1))!.Value.Received);
    }

    [Fact]
    public void AReadingThatFailedChangesNothing()
    {
        Read(last: 5, settled: 5);
        _history.Add(new RelayReading(_time.GetUtcNow()));
        Read(last: 9, settled: 5, after: 2);

        Assert.Equal(4, _history.Received);
    }

    [Fact]
    public void APartitionThatWasAddedCountsFromItsStart()
    {
        Read(last: 5, settled: 5);
        _history.Add(new RelayReading(_time.GetUtcNow()) { Partitions = [Partition(5, 5, 0, 0), Partition(2, 1, 0, 0) with { Id = "1" }] });

        Assert.Equal((3, 2), (_history.Received, _history.Settled));
    }

    private void Read(long last, long? settled, int after = 0, long first = 0, int lastAge = 0)
    {
        _time.Advance(TimeSpan.FromSeconds(after));
        _history.Add(new RelayReading(_time.GetUtcNow()) { Partitions = [Partition(last, settled, first, lastAge)] });
    }

    private PartitionState Partition(long last, long? settled, long first, int lastAge) =>
        new("0", last, first, settled, null, null) { LastAt = last < 0 ? null : _time.GetUtcNow().AddSeconds(-lastAge) };
}
