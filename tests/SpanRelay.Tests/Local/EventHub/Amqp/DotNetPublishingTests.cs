using Azure.Messaging.EventHubs;
using Azure.Messaging.EventHubs.Consumer;
using Azure.Messaging.EventHubs.Producer;
using SpanRelay.Local.EventHub;
using Sent = Azure.Messaging.EventHubs.EventData;

namespace SpanRelay.Tests.Local.EventHub.Amqp;

/// <summary>Azure's .NET client publishes.</summary>
public sealed class DotNetPublishingTests
{
    [Fact]
    public async Task ABatchGoesToThePartitionItNames()
    {
        using var deadline = new Deadline();
        await using var running = await RunningHub.StartAsync(3, deadline.Token);
        await using var producer = running.CreateProducer();

        await producer.SendAsync([Event("one"), Event("two")], new SendEventOptions { PartitionId = "1" }, deadline.Token);

        Assert.Equal([0, 2, 0], Counts(running));
        var stored = await running.ReadAsync(1, deadline.Token);
        Assert.Equal(["one", "two"], stored.Select(each => BinaryData.FromBytes(each.Body).ToString()));
        Assert.Equal("gateway", stored[0].Properties["sender"]);
    }

    [Fact]
    public async Task AKeyDecidesThePartitionAndReachesTheReader()
    {
        using var deadline = new Deadline();
        await using var running = await RunningHub.StartAsync(8, deadline.Token);
        await using var producer = running.CreateProducer();
        var partition = PartitionKeyHash.PartitionOf("tenant-7", 8);

        await producer.SendAsync([Event("one")], new SendEventOptions { PartitionKey = "tenant-7" }, deadline.Token);
        await producer.SendAsync([Event("two"), Event("three")], new SendEventOptions { PartitionKey = "tenant-7" }, deadline.Token);

        await using var receiver = running.CreateReceiver($"{partition}", EventPosition.Earliest);
        var received = await receiver.ReceiveAsync(3, deadline.Token);
        Assert.Equal(["one", "two", "three"], received.Select(each => each.EventBody.ToString()));
        Assert.All(received, each => Assert.Equal("tenant-7", each.PartitionKey));
    }

    [Fact]
    public async Task WithoutEitherPartitionsTakeTurns()
    {
        using var deadline = new Deadline();
        await using var running = await RunningHub.StartAsync(3, deadline.Token);
        await using var producer = running.CreateProducer();

        for (var count = 0; count < 6; count++) await producer.SendAsync([Event("x")], deadline.Token);

        Assert.Equal([2, 2, 2], Counts(running));
    }

    [Fact]
    public async Task AnEventOfAMegabyteArrivesAsItWas()
    {
        using var deadline = new Deadline();
        await using var running = await RunningHub.StartAsync(1, deadline.Token);
        await using var producer = running.CreateProducer();
        var body = new byte[1_000_000];
        new Random(1).NextBytes(body);

        await producer.SendAsync([new Sent(body) { ContentType = "application/x-protobuf", MessageId = "m1", Properties = { ["when"] = DateTimeOffset.UnixEpoch } }], deadline.Token);

        Assert.Equal(body, (await running.ReadAsync(0, deadline.Token))[0].Body.ToArray());
        await using var receiver = running.CreateReceiver("0", EventPosition.Earliest);
        var received = Assert.Single(await receiver.ReceiveAsync(1, deadline.Token));
        Assert.Equal(body, received.EventBody.ToArray());
        Assert.Equal(("application/x-protobuf", "m1"), (received.ContentType, received.MessageId));
        Assert.Equal(DateTimeOffset.UnixEpoch, received.Properties["when"]);
    }

    [Fact]
    public async Task AnEventBeyondTheLimitIsRefusedAndTheNextIsTaken()
    {
        using var deadline = new Deadline();
        await using var running = await RunningHub.StartAsync(1, deadline.Token);
        await using var producer = running.CreateProducer();

        var failure = await Assert.ThrowsAsync<EventHubsException>(() => producer.SendAsync([new Sent(new byte[LocalEventHub.MaxPublicationBytes])], deadline.Token));
        await producer.SendAsync([Event("small")], deadline.Token);

        Assert.Equal(EventHubsException.FailureReason.MessageSizeExceeded, failure.Reason);
        Assert.Equal(1, running.Hub.CountOf(0));
        Assert.Equal(0, running.Door.Amqp.Budget.Used);
    }

    [Fact]
    public async Task AnotherKeyIsRefused()
    {
        using var deadline = new Deadline();
        await using var running = await RunningHub.StartAsync(1, deadline.Token);
        await using var other = await RunningHub.StartAsync(1, deadline.Token);
        var wrong = EventHubsConnectionStringProperties.Parse(other.Door.ConnectionString).SharedAccessKey;
        var right = EventHubsConnectionStringProperties.Parse(running.Door.ConnectionString).SharedAccessKey;
        await using var producer = running.CreateProducer(connectionString: running.Door.ConnectionString.Replace(right, wrong, StringComparison.Ordinal));

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => producer.SendAsync([Event("x")], deadline.Token));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => producer.GetPartitionIdsAsync(deadline.Token));

        Assert.Equal([0], Counts(running));
    }

    [Fact]
    public async Task WhatIsNotThereIsNotFound()
    {
        using var deadline = new Deadline();
        await using var running = await RunningHub.StartAsync(1, deadline.Token);
        await using var producer = running.CreateProducer();
        await using var stranger = running.CreateProducer("other");

        var noHub = await Assert.ThrowsAsync<EventHubsException>(() => stranger.GetPartitionIdsAsync(deadline.Token));
        Assert.Equal(EventHubsException.FailureReason.ResourceNotFound, noHub.Reason);
        await Assert.ThrowsAnyAsync<Exception>(() => producer.SendAsync([Event("x")], new SendEventOptions { PartitionId = "1" }, deadline.Token));
    }

    private static Sent Event(string text) => new(text) { Properties = { ["sender"] = "gateway" } };

    private static IEnumerable<long> Counts(RunningHub running) => Enumerable.Range(0, running.Hub.PartitionCount).Select(running.Hub.CountOf);
}
