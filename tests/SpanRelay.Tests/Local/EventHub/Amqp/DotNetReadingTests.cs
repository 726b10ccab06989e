using Azure.Messaging.EventHubs;
using Azure.Messaging.EventHubs.Consumer;
using Azure.Messaging.EventHubs.Primitives;
using Microsoft.Extensions.Time.Testing;
using SpanRelay.Local.EventHub;

namespace SpanRelay.Tests.Local.EventHub.Amqp;

/// <summary>Azure's .NET client reads.</summary>
public sealed class DotNetReadingTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 10, 20, 30, TimeSpan.Zero);

    /// <summary>Of five events with ten bytes each, a second apart.</summary>
    public static TheoryData<EventPosition, int> Positions => new()
    {
        { EventPosition.Earliest, 0 },
        { EventPosition.FromOffset("20", isInclusive: false), 3 },
        { EventPosition.FromOffset("20", isInclusive: true), 2 },
        { EventPosition.FromSequenceNumber(2, isInclusive: false), 3 },
        { EventPosition.FromSequenceNumber(2, isInclusive: true), 2 },
        { EventPosition.FromEnqueuedTime(Start.AddSeconds(1.5)), 2 },
    };

    [Theory]
    [MemberData(nameof(Positions))]
    public async Task ReadingStartsWhereItIsTold(EventPosition position, int first)
    {
        using var deadline = new Deadline();
        await using var running = await StartWithFiveAsync(deadline.Token);
        await using var receiver = running.CreateReceiver("0", position);

        var received = await receiver.ReceiveAsync(5 - first, deadline.Token);

        Assert.Equal(Enumerable.Range(first, 5 - first).Select(number => (long)number), received.Select(each => each.SequenceNumber));
        Assert.Equal($"{first * 10}", received[0].OffsetString);
        Assert.Equal(Start.AddSeconds(first), received[0].EnqueuedTime);
    }

    [Fact]
    public async Task FromTheLatestOnOnlyNewEventsAreRead()
    {
        using var deadline = new Deadline();
        await using var running = await StartWithFiveAsync(deadline.Token);
        await using var receiver = running.CreateReceiver("0", EventPosition.Latest);
        await receiver.AttachAsync(deadline.Token);

        running.Hub.Append("new"u8.ToArray());

        Assert.Equal("new", Assert.Single(await receiver.ReceiveAsync(1, deadline.Token)).EventBody.ToString());
    }

    [Fact]
    public async Task APlaceThatThePartitionHasNotReachedIsRefused()
    {
        using var deadline = new Deadline();
        await using var running = await StartWithFiveAsync(deadline.Token);
        await using var receiver = running.CreateReceiver("0", EventPosition.FromOffset("999", isInclusive: false));
        await Assert.ThrowsAnyAsync<Exception>(() => receiver.ReceiveBatchAsync(1, deadline.Token));
    }

    [Fact]
    public async Task WhatCameByHttpsHasItsProperties()
    {
        using var deadline = new Deadline();
        await using var running = await RunningHub.StartAsync(1, deadline.Token);
        running.Hub.Append("x"u8.ToArray(), new Dictionary<string, object?> { ["Content-Type"] = "application/json", ["n"] = 5L });
        await using var receiver = running.CreateReceiver("0", EventPosition.Earliest);

        var received = Assert.Single(await receiver.ReceiveAsync(1, deadline.Token));

        Assert.Equal("x", received.EventBody.ToString());
        Assert.Equal(new Dictionary<string, object> { ["Content-Type"] = "application/json", ["n"] = 5L }, received.Properties);
    }

    [Fact]
    public async Task AHigherOwnerLevelTakesThePartitionAndALowerOneIsRefused()
    {
        using var deadline = new Deadline();
        await using var running = await RunningHub.StartAsync(1, deadline.Token);
        await using var one = running.CreateReceiver("0", EventPosition.Earliest, ownerLevel: 1);
        await using var two = running.CreateReceiver("0", EventPosition.Earliest, ownerLevel: 2);
        await using var lower = running.CreateReceiver("0", EventPosition.Earliest, ownerLevel: 0);
        await using var none = running.CreateReceiver("0", EventPosition.Earliest);
        await one.AttachAsync(deadline.Token);
        await two.AttachAsync(deadline.Token);

        foreach (var receiver in new[] { one, lower, none })
        {
            Assert.Equal(EventHubsException.FailureReason.ConsumerDisconnected, (await WhenFailedAsync(receiver, deadline.Token)).Reason);
        }

        running.Hub.Append("x"u8.ToArray());
        Assert.Single(await two.ReceiveAsync(1, deadline.Token));
    }

    /// <summary>Reads until the client learns that its link was closed.</summary>
    private static async Task<EventHubsException> WhenFailedAsync(PartitionReceiver receiver, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await receiver.ReceiveBatchAsync(1, cancellationToken);
            }
            catch (EventHubsException failure)
            {
                return failure;
            }
        }
    }

    [Fact]
    public async Task TheEndOfThePartitionComesWithTheEvents()
    {
        using var deadline = new Deadline();
        await using var running = await StartWithFiveAsync(deadline.Token);
        await using var receiver = running.CreateReceiver("0", EventPosition.Earliest, tracks: true);

        Assert.Single(await receiver.ReceiveAsync(1, deadline.Token));

        var last = receiver.ReadLastEnqueuedEventProperties();
        Assert.Equal((4L, "40", Start.AddSeconds(4)), (last.SequenceNumber, last.OffsetString, last.EnqueuedTime));
    }

    [Fact]
    public async Task TheHubAndItsPartitionsDescribeThemselves()
    {
        using var deadline = new Deadline();
        await using var running = await StartWithFiveAsync(deadline.Token);
        await using var consumer = running.CreateConsumer();

        var hub = await consumer.GetEventHubPropertiesAsync(deadline.Token);
        var full = await consumer.GetPartitionPropertiesAsync("0", deadline.Token);
        var empty = await consumer.GetPartitionPropertiesAsync("1", deadline.Token);

        Assert.Equal("spans", hub.Name);
        Assert.Equal(["0", "1"], hub.PartitionIds);
        Assert.Equal(Start, hub.CreatedOn);
        Assert.Equal((0L, 4L, "40", Start.AddSeconds(4), false), (full.BeginningSequenceNumber, full.LastEnqueuedSequenceNumber, full.LastEnqueuedOffsetString, full.LastEnqueuedTime, full.IsEmpty));
        Assert.Equal((-1L, "-1", true), (empty.LastEnqueuedSequenceNumber, empty.LastEnqueuedOffsetString, empty.IsEmpty));
    }

    [Fact]
    public async Task ThreeHundredConnectionsInARowAreServed()
    {
        using var deadline = new Deadline();
        await using var running = await RunningHub.StartAsync(2, deadline.Token);
        for (var count = 0; count < 300; count++)
        {
            await using var consumer = running.CreateConsumer();
            Assert.Equal(["0", "1"], await consumer.GetPartitionIdsAsync(deadline.Token));
        }

        while (running.Door.Amqp.ConnectionCount > 0) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline.Token);
    }

    private static async Task<RunningHub> StartWithFiveAsync(CancellationToken cancellationToken)
    {
        var time = new FakeTimeProvider(Start);
        var running = await RunningHub.StartAsync(2, cancellationToken, time);
        for (var number = 0; number < 5; number++)
        {
            running.Hub.Append("ten bytes."u8.ToArray(), partition: 0);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        return running;
    }
}
