using Microsoft.Extensions.Time.Testing;
using SpanRelay.Dynatrace;
using SpanRelay.Local;
using SpanRelay.Local.Host.Timers;
using SpanRelay.Tests.Local.Host.Worker;

namespace SpanRelay.Tests.Local.Host.Timers;

public sealed class TimerTests
{
    private static readonly DateTimeOffset Evening = new(2026, 5, 4, 22, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0 30 3 * * *", "2026-05-05T03:30:00Z")]
    [InlineData("30 3 * * *", "2026-05-05T03:30:00Z")]
    [InlineData("*/15 * * * * *", "2026-05-04T22:00:15Z")]
    [InlineData("0 0 9 * * MON", "2026-05-11T09:00:00Z")]
    [InlineData("01:30:00", "2026-05-04T23:30:00Z")]
    public void AScheduleHasANextOccurrence(string schedule, string next) =>
        Assert.Equal(DateTimeOffset.Parse(next, System.Globalization.CultureInfo.InvariantCulture), TimerSchedule.Parse(schedule, "Tick").Next(Evening));

    [Theory]
    [InlineData("")]
    [InlineData("daily")]
    [InlineData("0 0 25 * * *")]
    [InlineData("00:00:00")]
    [InlineData("-01:00:00")]
    [InlineData("1 2 3 4 5 6 7")]
    public void AnInvalidScheduleIsRefused(string schedule)
    {
        var failure = Assert.Throws<LocalSystemException>(() => TimerSchedule.Parse(schedule, "Tick"));
        Assert.StartsWith($"Tick: the schedule \"{schedule}\" is not valid.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATimerRunsWhenItIsDueAndNotAtTheStart()
    {
        using var deadline = new Deadline();
        var time = new FakeTimeProvider(Evening);
        var worker = new FakeWorker();
        await using var running = new RunningHost { StartWorker = worker.Start, Time = time };
        await running.StartAsync(deadline.Token);

        time.Advance(TimeSpan.FromHours(5.4));
        Assert.Empty(running.Outcomes);
        time.Advance(TimeSpan.FromHours(0.2));
        await running.Host.WhenAsync(() => running.Outcomes.Count == 1, deadline.Token);

        Assert.Equal("Tick", Assert.Single(running.Outcomes).FunctionName);
    }

    [Fact]
    public async Task ATimerCanBeRunByHand()
    {
        using var deadline = new Deadline();
        var worker = new FakeWorker();
        await using var running = new RunningHost { StartWorker = worker.Start };
        await running.StartAsync(deadline.Token);

        Assert.True(running.Host.TryInvokeNow("tick"));
        Assert.False(running.Host.TryInvokeNow("Other"));
        await running.Host.WhenIdleAsync(deadline.Token);

        var input = Assert.Single(worker.Received.Last().InvocationRequest.InputData);
        Assert.Equal("timer", input.Name);
        Assert.Contains("\"IsPastDue\":false", input.Data.Json, StringComparison.Ordinal);
        Assert.Single(running.Outcomes);
    }

    [Fact]
    public async Task ARareTimerIsWaitedForDayByDay()
    {
        using var deadline = new Deadline();
        var time = new FakeTimeProvider(Evening);
        var worker = new FakeWorker { Functions = [FakeWorker.Timer("0 0 0 29 2 *")] };
        await using var running = new RunningHost { StartWorker = worker.Start, Time = time };

        await running.StartAsync(deadline.Token);

        Assert.False(running.Host.Completion.IsCompleted);
    }
}
