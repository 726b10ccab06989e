using Microsoft.Extensions.Time.Testing;
using SpanRelay.Local.EventHub;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Tests.Local.EventHub;

public sealed class LocalEventHubTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 10, 20, 30, TimeSpan.Zero));

    [Fact]
    public void WithoutAKeyPartitionsTakeTurns()
    {
        var hub = new LocalEventHub("spans", 3, _time);
        foreach (var _ in Enumerable.Range(0, 7)) hub.Append(new byte[] { 1 });
        Assert.Equal([3, 2, 2], Enumerable.Range(0, 3).Select(hub.CountOf));
    }

    [Fact]
    public void AKeyAlwaysMeansTheSamePartition()
    {
        var hub = new LocalEventHub("spans", 8, _time);
        foreach (var _ in Enumerable.Range(0, 5)) hub.Append(new byte[] { 1 }, partitionKey: "tenant-1");
        Assert.Equal(5, hub.CountOf(PartitionKeyHash.PartitionOf("tenant-1", 8)));
    }

    [Theory] // the values that the author of lookup3 gives for his hashlittle2
    [InlineData("", 0xdeadbeef, 0xdeadbeef)]
    [InlineData("Four score and seven years ago", 0x17770551, 0xce7226e6)]
    public void TheHashIsLookup3(string text, uint c, uint b) =>
        Assert.Equal((c, b), PartitionKeyHash.Lookup3(System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public async Task EventsKeepTheirOrderAndCarryTheirPlace()
    {
        using var deadline = new Deadline();
        var hub = new LocalEventHub("spans", 2, _time);
        hub.Append("first"u8.ToArray(), new Dictionary<string, object?> { ["n"] = 5 }, partition: 1);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, hub.Append("second"u8.ToArray(), partition: 1));

        var events = await hub.ReadAsync(1, 0, 10, deadline.Token);

        Assert.Equal(["first", "second"], events.Select(item => System.Text.Encoding.UTF8.GetString(item.Body.Span)));
        Assert.Equal([0L, 1L], events.Select(item => item.SequenceNumber));
        Assert.Equal(["0", "5"], events.Select(item => item.Offset));
        Assert.Equal(5, events[0].Properties["n"]);
        Assert.Equal(TimeSpan.FromSeconds(1), events[1].EnqueuedTime - events[0].EnqueuedTime);
    }

    [Fact]
    public async Task AReadTakesNoMoreThanItAskedFor()
    {
        using var deadline = new Deadline();
        var hub = new LocalEventHub("spans", 1, _time);
        foreach (var _ in Enumerable.Range(0, 5)) hub.Append(default);
        Assert.Equal([2L, 3L], (await hub.ReadAsync(0, 2, 2, deadline.Token)).Select(item => item.SequenceNumber));
    }

    [Fact]
    public async Task AReadWaitsForAnEvent()
    {
        using var deadline = new Deadline();
        var hub = new LocalEventHub("spans", 1, _time);
        var read = hub.ReadAsync(0, 0, 10, deadline.Token);
        Assert.False(read.IsCompleted);
        hub.Append("late"u8.ToArray());
        Assert.Single(await read);
    }

    [Fact]
    public async Task AWaitingReadCanBeCancelled()
    {
        using var source = new CancellationTokenSource();
        var read = new LocalEventHub("spans", 1, _time).ReadAsync(0, 0, 10, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Fact]
    public async Task WritersInParallelLoseNothing()
    {
        using var deadline = new Deadline();
        var hub = new LocalEventHub("spans", 1, _time);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () =>
            {
                foreach (var __ in Enumerable.Range(0, 500)) hub.Append(new byte[] { 1 });
            },
            deadline.Token)));
        var events = await hub.ReadAsync(0, 0, 10_000, deadline.Token);
        Assert.Equal(Enumerable.Range(0, 4000).Select(number => (long)number), events.Select(item => item.SequenceNumber));
    }
}
