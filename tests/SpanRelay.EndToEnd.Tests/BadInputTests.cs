using System.Globalization;
using SpanRelay.Dynatrace;

namespace SpanRelay.EndToEnd.Tests;

public sealed class BadInputTests
{
    [Fact]
    public async Task AnUnreadableEventIsQuarantinedOnceWithItsPlaceAndReasonAndItsNeighborsArrive()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token, partitions: 2);
        var process = system.Local.Host.ProcessId;

        List<string> neighbors = [await SendGoodAsync(system, deadline.Token)];
        List<(long SequenceNumber, string Reason)> bad = [];
        foreach (var (body, reason) in BadInput.All)
        {
            bad.Add((await system.SendAsync(body, deadline.Token, partition: 1), reason));
            neighbors.Add(await SendGoodAsync(system, deadline.Token));
        }

        await system.Local.WhenIdleAsync(deadline.Token);
        await system.Output.WhenWrittenAsync(line => IsAbout(line.Line, bad[^1].SequenceNumber), deadline.Token);

        Assert.Equal(neighbors.Order(), system.DeliveredIds.Order());
        Assert.Equal(2 * bad.Count, await system.Local.ReadCheckpointAsync(1, deadline.Token));
        Assert.All(system.Outcomes, outcome => Assert.True(outcome.Succeeded, outcome.Reason));
        Assert.Equal(bad.Count, system.Output.Errors.Count(line => line.Contains("Quarantined an event", StringComparison.Ordinal)));
        Assert.All(bad, it => Assert.EndsWith(it.Reason, Assert.Single(system.Output.Errors, line => IsAbout(line, it.SequenceNumber)), StringComparison.Ordinal));
        Assert.Equal(process, system.Local.Host.ProcessId);
    }

    private static bool IsAbout(string line, long sequenceNumber) => line.Contains(
        string.Create(CultureInfo.InvariantCulture, $"Quarantined an event that cannot be read: partition 1, sequence number {sequenceNumber},"),
        StringComparison.Ordinal);

    private static async Task<string> SendGoodAsync(RunningSystem system, CancellationToken cancellationToken)
    {
        var (body, id) = Some.Event();
        await system.SendAsync(body, cancellationToken, partition: 1);
        return id;
    }
}
