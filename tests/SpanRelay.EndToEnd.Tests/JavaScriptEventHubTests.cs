using System.Text.Json;
using SpanRelay.EndToEnd.Tests.Senders;
using SpanRelay.Local.EventHub;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Azure's JavaScript client and the local hub.</summary>
public sealed class JavaScriptEventHubTests : IAsyncLifetime
{
    private const int Partitions = 2;

    private readonly LocalEventHub _hub = new("spans", Partitions);
    private EventHubServer _door = null!;

    public async ValueTask InitializeAsync() => _door = await EventHubServer.StartAsync(_hub, cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    [Fact]
    public async Task BatchesArriveByPartitionByKeyAndInTurn()
    {
        using var deadline = new Deadline();
        await RunAsync("send", new { partitionId = "1", batches = 2, perBatch = 3 }, deadline.Token);
        Assert.Equal([0, 6], Counts());

        await RunAsync("send", new { partitionKey = "k", batches = 1, perBatch = 2 }, deadline.Token);
        var partition = PartitionKeyHash.PartitionOf("k", Partitions);
        Assert.Equal("k", (await _hub.ReadAsync(partition, _hub.CountOf(partition) - 1, 1, deadline.Token))[0].PartitionKey);

        var before = Counts();
        await RunAsync("send", new { batches = 4, perBatch = 1 }, deadline.Token);
        Assert.Equal([before[0] + 2, before[1] + 2], Counts());
    }

    [Fact]
    public async Task AMegabyteArrivesAndMoreIsRefused()
    {
        using var deadline = new Deadline();
        var taken = await RunAsync("sendLarge", new { bytes = 1_000_000 }, deadline.Token);
        var refused = await RunAsync("sendLarge", new { bytes = LocalEventHub.MaxPublicationBytes }, deadline.Token);

        Assert.Equal("none", taken.GetProperty("error").GetString());
        Assert.Equal("MessageTooLargeError", refused.GetProperty("error").GetString());
        var stored = Assert.Single(await _hub.ReadAsync(0, 0, 10, deadline.Token));
        Assert.Equal(1_000_000, stored.Body.Length);
        Assert.Equal("1000000 bytes", (await ReceiveAsync(new { offset = "-1" }, 1, deadline.Token))[0].GetProperty("body").GetString());
    }

    [Fact]
    public async Task ReadingStartsWhereItIsTold()
    {
        using var deadline = new Deadline(TimeSpan.FromMinutes(12));
        for (var number = 0; number < 5; number++) _hub.Append("ten bytes."u8.ToArray(), partition: 0);
        var third = (await _hub.ReadAsync(0, 2, 1, deadline.Token))[0].EnqueuedTime.ToUnixTimeMilliseconds();

        Assert.Equal(0, await FirstAsync(new { offset = "-1" }, 5, deadline.Token));
        Assert.Equal(3, await FirstAsync(new { offset = "20" }, 2, deadline.Token));
        Assert.Equal(2, await FirstAsync(new { offset = "20", isInclusive = true }, 3, deadline.Token));
        Assert.Equal(3, await FirstAsync(new { sequenceNumber = 2 }, 2, deadline.Token));
        Assert.Equal(2, await FirstAsync(new { sequenceNumber = 2, isInclusive = true }, 3, deadline.Token));
        Assert.Equal(0, await FirstAsync(new { enqueuedOn = third - 60_000 }, 5, deadline.Token));
    }

    [Fact]
    public async Task FromTheLatestOnOnlyNewEventsAreRead()
    {
        using var deadline = new Deadline();
        _hub.Append("old"u8.ToArray(), partition: 1);
        var received = await RunAsync("receiveLatest", new { partition = "1" }, deadline.Token);
        Assert.StartsWith("new", received.GetProperty("body").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AHigherOwnerLevelTakesThePartitionAndALowerOneIsRefused()
    {
        using var deadline = new Deadline();
        _hub.Append("x"u8.ToArray(), partition: 0);
        var owners = await RunAsync("owners", new { partition = "0" }, deadline.Token);
        Assert.Equal("ReceiverDisconnectedError", owners.GetProperty("replaced").GetString());
        Assert.Equal("ReceiverDisconnectedError", owners.GetProperty("refused").GetString());
    }

    [Fact]
    public async Task AnotherKeyIsRefused()
    {
        using var deadline = new Deadline();
        var refused = await RunAsync("wrongKey", new { }, deadline.Token);
        Assert.Equal("UnauthorizedError", refused.GetProperty("error").GetString());
        Assert.Equal([0, 0], Counts());
    }

    [Fact]
    public async Task ThreeHundredConnectionsInARowAreServed()
    {
        using var deadline = new Deadline(TimeSpan.FromMinutes(10)); // Node's small packets wait for acknowledgements: a fifth of a second each.
        var partitions = await RunAsync("connections", new { count = 300 }, deadline.Token);
        Assert.Equal(300 * Partitions, partitions.GetInt32());
    }

    [Fact]
    public async Task TheHubAndItsPartitionsDescribeThemselves()
    {
        using var deadline = new Deadline();
        _hub.Append("x"u8.ToArray(), partition: 1);
        var properties = await RunAsync("properties", new { partition = "1" }, deadline.Token);
        Assert.Equal("""{"name":"spans","partitionIds":["0","1"],"last":0,"isEmpty":false}""", properties.GetRawText());
    }

    private long[] Counts() => [_hub.CountOf(0), _hub.CountOf(1)];

    private async Task<long> FirstAsync(object start, int count, CancellationToken cancellationToken)
    {
        var received = await ReceiveAsync(start, count, cancellationToken);
        return received[0].GetProperty("sequenceNumber").GetInt64();
    }

    private async Task<List<JsonElement>> ReceiveAsync(object start, int count, CancellationToken cancellationToken) =>
        [.. (await RunAsync("receive", new { partition = "0", start, count }, cancellationToken)).EnumerateArray()];

    private Task<JsonElement> RunAsync(string command, object argument, CancellationToken cancellationToken) =>
        JavaScriptClient.RunAsync(_door, command, argument, cancellationToken);
}
