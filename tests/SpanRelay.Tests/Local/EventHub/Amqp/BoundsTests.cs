using Amqp.Framing;
using Azure.Messaging.EventHubs.Consumer;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.EventHub.Amqp;
using Disposition = Amqp.Framing.Dispose;

namespace SpanRelay.Tests.Local.EventHub.Amqp;

/// <summary>What no client may do to the hub.</summary>
public sealed class BoundsTests
{
    private const int PartBytes = 60_000;

    public static TheoryData<string, byte[]> Garbage => new()
    {
        { "text", "GET / HTTP/1.1\r\n\r\n"u8.ToArray() },
        { "another AMQP", [.. "AMQP"u8, 0, 0, 9, 1] },
        { "a huge frame", [.. "AMQP"u8, 0, 1, 0, 0, 0x7f, 0xff, 0xff, 0xff, 2, 0, 0, 0] },
        { "a tiny frame", [.. "AMQP"u8, 0, 1, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0] },
        { "descriptors of descriptors", [.. "AMQP"u8, 0, 1, 0, 0, 0, 0, 0xff, 0xff, 2, 0, 0, 0, .. new byte[0xffff - 8]] },
        { "an array of a billion", [.. "AMQP"u8, 0, 1, 0, 0, 0, 0, 0, 27, 2, 0, 0, 0, 0, 0x53, 0x10, 0xf0, 0, 0, 0, 11, 0x3f, 0xff, 0xff, 0xff, 0x41, 0, 0, 0, 0, 0, 0] },
        { "no Open first", [.. "AMQP"u8, 0, 1, 0, 0, 0, 0, 0, 12, 2, 0, 0, 0, 0, 0x53, 0x18, 0x45] },
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task GarbageEndsItsConnectionAndNoOther(string what, byte[] bytes)
    {
        using var deadline = new Deadline();
        await using var running = await RunningHub.StartAsync(1, deadline.Token);
        using var client = await RawClient.ConnectAsync(running, deadline.Token);

        await client.Stream.WriteAsync(bytes, deadline.Token);
        await client.WhenClosedAsync(deadline.Token);

        await using var consumer = running.CreateConsumer();
        Assert.True((await consumer.GetPartitionIdsAsync(deadline.Token)).Length == 1, what);
    }

    [Fact]
    public async Task AMessageThatNeverEndsIsRejectedAndFreed()
    {
        using var deadline = new Deadline();
        await using var running = await RunningHub.StartAsync(1, deadline.Token);
        using var client = await RawClient.OpenAsync(running, deadline.Token);
        await client.AttachSenderAsync(0, deadline.Token);

        for (var sent = 0; sent <= LocalEventHub.MaxPublicationBytes + (5 * PartBytes); sent += PartBytes)
            await client.TransferAsync(0, PartBytes, more: true, deadline.Token);

        var disposition = await client.ReadAsync<Disposition>(deadline.Token);
        Assert.Equal("amqp:link:message-size-exceeded", Assert.IsType<Rejected>(disposition.State).Error.Condition.ToString());
        Assert.Equal(0, running.Door.Amqp.Budget.Used);
    }

    [Fact]
    public async Task WhatAClientLeavesUnfinishedIsFreed()
    {
        using var deadline = new Deadline();
        await using var running = await RunningHub.StartAsync(1, deadline.Token);
        using (var client = await RawClient.OpenAsync(running, deadline.Token))
        {
            await client.AttachSenderAsync(0, deadline.Token);
            await client.TransferAsync(0, PartBytes, more: true, deadline.Token);
            await WhenAsync(() => running.Door.Amqp.Budget.Used == PartBytes, deadline.Token);
        }

        await WhenAsync(() => running.Door.Amqp.Budget.Used == 0 && running.Door.Amqp.ConnectionCount == 0, deadline.Token);
    }

    [Fact]
    public async Task BeyondTheLastConnectionNoneIsTakenUntilOneEnds()
    {
        using var deadline = new Deadline();
        await using var running = await RunningHub.StartAsync(1, deadline.Token);
        var clients = new List<RawClient>();
        for (var count = 0; count < AmqpLimits.MaxConnections; count++) clients.Add(await RawClient.ConnectAsync(running, deadline.Token));
        await WhenAsync(() => running.Door.Amqp.ConnectionCount == AmqpLimits.MaxConnections, deadline.Token);

        using var beyond = await RawClient.ConnectAsync(running, deadline.Token);
        await beyond.WhenClosedAsync(deadline.Token);
        clients.ForEach(client => client.Dispose());
        await WhenAsync(() => running.Door.Amqp.ConnectionCount == 0, deadline.Token);

        await using var consumer = running.CreateConsumer();
        Assert.Single(await consumer.GetPartitionIdsAsync(deadline.Token));
    }

    [Fact]
    public async Task BeyondItsLastLinkAConnectionGetsNone()
    {
        using var deadline = new Deadline();
        await using var running = await RunningHub.StartAsync(1, deadline.Token);
        using var client = await RawClient.OpenAsync(running, deadline.Token);
        for (uint handle = 0; handle < AmqpLimits.MaxLinks; handle++)
        {
            await client.AttachSenderAsync(handle, deadline.Token);
            await client.ReadAsync<Flow>(deadline.Token);
        }

        await client.BeginAsync(1, deadline.Token);
        await client.AttachSenderAsync(0, deadline.Token, channel: 1);

        var refusal = await client.ReadAsync<Detach>(deadline.Token);
        Assert.Equal("amqp:resource-limit-exceeded", refusal.Error.Condition.ToString());
    }

    [Fact]
    public async Task BeyondItsLastReaderAPartitionGetsNone()
    {
        using var deadline = new Deadline();
        await using var running = await RunningHub.StartAsync(1, deadline.Token);
        var readers = Enumerable.Range(0, AmqpLimits.MaxReaders).Select(_ => running.CreateReceiver("0", EventPosition.Earliest)).ToList();
        foreach (var reader in readers) await reader.AttachAsync(deadline.Token);
        await using var beyond = running.CreateReceiver("0", EventPosition.Earliest);

        var failure = await Assert.ThrowsAsync<Azure.Messaging.EventHubs.EventHubsException>(() => beyond.ReceiveBatchAsync(1, deadline.Token));

        Assert.Equal(Azure.Messaging.EventHubs.EventHubsException.FailureReason.QuotaExceeded, failure.Reason);
        foreach (var reader in readers) await reader.DisposeAsync();
    }

    private static async Task WhenAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (!condition()) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
    }
}
