using System.Net.Sockets;
using Azure.Identity;
using Azure.Messaging.EventHubs;
using SpanRelay.Doctor;
using SpanRelay.Ingest;
using SpanRelay.Local.EventHub;

namespace SpanRelay.Tests.Ingest;

/// <summary>Azure's client and the local Event Hub.</summary>
public sealed class HubSenderTests : IAsyncLifetime
{
    private const string Late = "It takes too long.";

    private readonly Deadline _deadline = new();
    private readonly LocalEventHub _hub = new("spans", partitionCount: 4);
    private EventHubServer _door = null!;

    public async ValueTask InitializeAsync() => _door = await EventHubServer.StartAsync(_hub, cancellationToken: _deadline.Token);

    public async ValueTask DisposeAsync()
    {
        await _door.DisposeAsync();
        _deadline.Dispose();
    }

    [Fact]
    public async Task EventsOfAKeyAreInOnePartitionAndEveryByteArrives()
    {
        await using var sender = Sender(_door.ConnectionString);
        List<HubEvent> events = [.. Enumerable.Range(0, 30).Select(i => new HubEvent($"key-{i % 3}", [(byte)i, .. new byte[200_000]]))];

        Assert.Null(await sender.SendAsync(events, _deadline.Token));

        var stored = await StoredAsync();
        Assert.Equal(30, stored.Count);
        Assert.Equal(Enumerable.Range(0, 30), stored.Select(each => (int)each.Event.Body.Span[0]).Order());
        Assert.All(stored, each => Assert.Equal($"key-{each.Event.Body.Span[0] % 3}", each.Event.PartitionKey));
        Assert.All(stored.GroupBy(each => each.Event.PartitionKey), group => Assert.Single(group.Select(each => each.Partition).Distinct()));
    }

    [Fact]
    public async Task AConnectionStringMayNameTheHub()
    {
        await using var sender = Sender($"{_door.ConnectionString};EntityPath=spans");
        Assert.Null(await sender.SendAsync([new HubEvent("k", [1])], _deadline.Token));
        Assert.Single(await StoredAsync());
    }

    [Fact]
    public async Task AnotherKeyAnotherHubAndNoHubAreFailuresThatSayWhatToDo()
    {
        var other = _door.ConnectionString.Replace("SharedAccessKey=", "SharedAccessKey=AAAA", StringComparison.Ordinal);
        await using var refused = Sender(other);
        await using var elsewhere = Sender(_door.ConnectionString, "elsewhere");
        await using var nowhere = new HubSender(new IngestOptions { Hub = new HubOptions() }, () => throw new InvalidOperationException(), TimeProvider.System);

        Assert.Contains("Azure Event Hubs Data Sender", await ProblemAsync(refused), StringComparison.Ordinal);
        Assert.Contains("EVENTHUB_NAME", await ProblemAsync(elsewhere), StringComparison.Ordinal);
        Assert.Contains("No Event Hub is configured", await ProblemAsync(nowhere), StringComparison.Ordinal);
        Assert.Empty(await StoredAsync());
    }

    [Fact]
    public async Task AHubThatIsGoneIsAFailure()
    {
        var door = await EventHubServer.StartAsync(_hub, cancellationToken: _deadline.Token);
        await using var sender = Sender(door.ConnectionString);
        Assert.Null(await sender.SendAsync([new HubEvent("k", [1])], _deadline.Token));
        await door.DisposeAsync();

        Assert.NotNull(await sender.SendAsync([new HubEvent("k", [2])], _deadline.Token));
    }

    [Fact]
    public async Task WhileTheHubThrottlesItIsAFailureAndThenItTakesTheRest()
    {
        await using var sender = Sender(_door.ConnectionString);
        _hub.MaxBytesPerSecond = 0;
        Assert.Contains("throttles", await ProblemAsync(sender), StringComparison.Ordinal);

        _hub.MaxBytesPerSecond = null;
        Assert.Null(await sender.SendAsync([new HubEvent("k", [2])], _deadline.Token));
        Assert.Single(await StoredAsync());
    }

    public static TheoryData<Exception, string, int> Failures => new()
    {
        { Hub(EventHubsException.FailureReason.ServiceBusy), "throttles", 1 },
        { Hub(EventHubsException.FailureReason.QuotaExceeded), "throttles", 1 },
        { Hub(EventHubsException.FailureReason.ResourceNotFound), "no such Event Hub", 5 },
        { Hub(EventHubsException.FailureReason.MessageSizeExceeded), "Ingest__MaxEventBytes", 5 },
        { Hub(EventHubsException.FailureReason.ServiceTimeout), Late, 1 },
        { Hub(EventHubsException.FailureReason.ServiceCommunicationProblem), "cannot be reached", 1 },
        { Hub(EventHubsException.FailureReason.GeneralError), "EventHubsException", 1 },
        { new UnauthorizedAccessException("no"), "Azure Event Hubs Data Sender", 5 },
        { new AuthenticationFailedException("no\nidentity"), "No token for the Event Hub: no identity", 5 },
        { new AggregateException(new SocketException(111)), "cannot be reached", 1 },
        { new TimeoutException(), Late, 1 },
        { new OperationCanceledException(), Late, 1 },
        { new InvalidOperationException("odd"), "InvalidOperationException", 1 },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void EveryFailureIsExplainedOnOneLineAndRetriedWithinAnExportersTime(Exception failure, string says, int retryAfterSeconds)
    {
        var found = HubSender.Classify(failure, Late);

        Assert.Contains(says, found.Problem, StringComparison.Ordinal);
        Assert.True(OneLine.Is(found.Problem, 1_000));
        Assert.Equal(TimeSpan.FromSeconds(retryAfterSeconds), found.RetryAfter);
    }

    [Fact]
    public void ASlowReadIsNotTakenForASlowSend()
    {
        var line = HubCheck.Explain(new TimeoutException());

        Assert.Equal("The Event Hub does not answer in time.", line.Found);
        Assert.DoesNotContain("Ingest__", line.NextStep, StringComparison.Ordinal);
    }

    private static EventHubsException Hub(EventHubsException.FailureReason reason) => new(isTransient: false, "spans", "text of the service", reason);

    private static HubSender Sender(string connectionString, string hub = "spans") => new(
        new IngestOptions { Hub = new HubOptions { ConnectionString = connectionString, Name = hub } }, () => throw new InvalidOperationException(), TimeProvider.System);

    private async Task<string> ProblemAsync(HubSender sender) => (await sender.SendAsync([new HubEvent("k", [1])], _deadline.Token))!.Problem;

    private async Task<List<(int Partition, StoredEvent Event)>> StoredAsync()
    {
        List<(int, StoredEvent)> stored = [];
        for (var partition = 0; partition < _hub.PartitionCount; partition++)
        {
            if (_hub.CountOf(partition) > 0)
                stored.AddRange((await _hub.ReadAsync(partition, 0, int.MaxValue, _deadline.Token)).Select(each => (partition, each)));
        }

        return stored;
    }
}
