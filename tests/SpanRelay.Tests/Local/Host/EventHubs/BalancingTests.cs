using Azure.Messaging.EventHubs.Primitives;
using SpanRelay.Local.Host.EventHubs;
using SpanRelay.Tests.Local.EventHub.Amqp;

namespace SpanRelay.Tests.Local.Host.EventHubs;

/// <summary>Two hosts' processors on one hub, with their checkpoints in Azurite.</summary>
public sealed class BalancingTests(ITestOutputHelper output)
{
    private const int Partitions = 8;
    private const int Events = 800;

    [Fact]
    public async Task TwoHostsShareThePartitionsAndOneTakesOverFromTheOthersCheckpoints()
    {
        using var deadline = new Deadline();
        await using var running = await RunningHub.StartAsync(Partitions, deadline.Token);
        var store = EventHubSource.Parse(running.Door.ConnectionString, "spans", "$Default").Checkpoints(await HostStorage.ConnectionStringAsync());
        var reachable = new KillableStore(store);
        var (victim, survivor) = (new KillableProcessor(running, reachable, eventsToKillAfter: 60), new KillableProcessor(running, new KillableStore(store)));
        await victim.StartProcessingAsync(deadline.Token);
        await survivor.StartProcessingAsync(deadline.Token);
        await WhenAsync(async () => Count(await OwnersAsync(store, deadline.Token)) is [Partitions / 2, Partitions / 2], deadline.Token);

        for (var number = 0; number < Events; number++) running.Hub.Append(BitConverter.GetBytes(number), partition: number % Partitions);
        await WhenAsync(() => Task.FromResult(reachable.IsKilled), deadline.Token);
        await WhenAsync(() => AreSettledAsync(store, deadline.Token), deadline.Token);
        await survivor.StopProcessingAsync(deadline.Token);
        await victim.StopProcessingAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext); // It cannot give anything back.

        List<(string Partition, long SequenceNumber)> processed = [.. victim.Processed, .. survivor.Processed];
        output.WriteLine($"{processed.Count - processed.Distinct().Count()} of {Events} events were processed twice.");
        Assert.Equal(Events, processed.Distinct().Count());
        Assert.All(
            survivor.Processed.GroupBy(each => each.Partition),
            group => Assert.Equal(reachable.Written.GetValueOrDefault(group.Key, -1) + 1, group.First().SequenceNumber));
    }

    private static async Task<List<EventProcessorPartitionOwnership>> OwnersAsync(BlobCheckpointStore store, CancellationToken cancellationToken) =>
        [.. await store.ListOwnershipAsync("localhost", "spans", "$Default", cancellationToken)];

    private static int[] Count(List<EventProcessorPartitionOwnership> owners) =>
        [.. owners.GroupBy(each => each.OwnerIdentifier).Select(group => group.Count())];

    private static async Task<bool> AreSettledAsync(BlobCheckpointStore store, CancellationToken cancellationToken)
    {
        for (var partition = 0; partition < Partitions; partition++)
        {
            if (await store.ReadSequenceNumberAsync($"{partition}", cancellationToken) != (Events / Partitions) - 1) return false;
        }

        return true;
    }

    private static async Task WhenAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        while (!await condition()) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
    }
}
