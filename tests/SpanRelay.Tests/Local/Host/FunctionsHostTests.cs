using SpanRelay.Dynatrace;
using SpanRelay.Local.EventHub;
using SpanRelay.Tests.Rotation;

namespace SpanRelay.Tests.Local.Host;

/// <summary>A real worker process behind the host's protocol.</summary>
public sealed class FunctionsHostTests
{
    [Fact]
    public async Task ABatchIsOneInvocationAndIsCheckpointedAfterSuccess()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost();
        foreach (var text in new[] { "log one", "log two", "metadata PartitionContext" }) running.Tell(text);

        await running.StartAsync(deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);

        var outcome = Assert.Single(running.Outcomes);
        Assert.True(outcome.Succeeded, outcome.Reason);
        Assert.Equal(
            ["one", "two", """PartitionContext={"IsCheckpointingAfterInvocation":true,"FullyQualifiedNamespace":"localhost","EventHubName":"spans","ConsumerGroup":"$Default","PartitionId":"0"}"""],
            outcome.Logs);
        Assert.Equal("Forward", outcome.FunctionName);
        Assert.Equal(0, outcome.Partition);
        Assert.Equal(3, outcome.EventCount);
        Assert.Equal(2, outcome.LastSequenceNumber);
        Assert.Equal(2, await running.ReadCheckpointAsync(deadline.Token));
    }

    [Fact]
    public async Task AFailedBatchIsRetriedWithItsInvocationIdAndRetryContextUntilItSucceeds()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost();
        running.Tell("retry 3");

        await running.StartAsync(deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);

        var id = running.Outcomes.First().InvocationId;
        Assert.Equal([$"0 of , {id}", $"1 of -1, {id}", $"2 of -1, {id}", $"3 of -1, {id}"], running.Outcomes.Select(outcome => outcome.Logs[0]));
        Assert.Equal([1, 2, 3, 4], running.Outcomes.Select(outcome => outcome.Attempt));
        Assert.Equal("System.InvalidOperationException: attempt 0", running.Outcomes.First().Reason);
        Assert.Equal(0, await running.ReadCheckpointAsync(deadline.Token));
    }

    [Fact]
    public async Task NothingIsCheckpointedWhileInvocationsFail()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost();
        running.Tell("throw");

        await running.StartAsync(deadline.Token);
        await running.Host.WhenAsync(() => running.Outcomes.Count >= 3, deadline.Token);

        Assert.Null(await running.ReadCheckpointAsync(deadline.Token));
        Assert.Equal("System.InvalidOperationException: thrown as told", running.Outcomes.First().Reason);
    }

    [Fact]
    public async Task AnInvocationThatIgnoresFunctionTimeoutIsEndedWithItsWorker()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost { Settings = { ["AzureFunctionsJobHost__functionTimeout"] = "00:00:01" } };
        await running.StartAsync(deadline.Token);
        var before = running.Host.ProcessId;
        running.Tell($"once {running.File("seen")} hang");

        await running.Host.WhenIdleAsync(deadline.Token);

        AssertOnlyTheLastSucceeded(running);
        Assert.Equal("The invocation did not end within 00:00:01 (functionTimeout in host.json).", running.Outcomes.First().Reason);
        Assert.NotEqual($"{before}", Assert.Single(running.Outcomes.Last().Logs));
    }

    [Fact]
    public async Task AnInvocationThatEndsAtFunctionTimeoutKeepsTheWorker()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost { Settings = { ["AzureFunctionsJobHost__functionTimeout"] = "00:00:01" } };
        await running.StartAsync(deadline.Token);
        var before = running.Host.ProcessId;
        running.Tell($"once {running.File("seen")} wait");

        await running.Host.WhenIdleAsync(deadline.Token);

        AssertOnlyTheLastSucceeded(running);
        Assert.Equal($"{before}", Assert.Single(running.Outcomes.Last().Logs));
    }

    [Fact]
    public async Task AKilledWorkerIsRestartedAndGetsTheSameBatch()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost();
        await running.StartAsync(deadline.Token);
        running.Tell($"once {running.File("seen")} hang");
        await running.WhenWrittenAsync("hanging", deadline.Token);

        running.Host.Kill();
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Equal("The worker exited with code 137 before it answered.", running.Outcomes.First().Reason);
        Assert.Equal($"{running.Host.ProcessId}", Assert.Single(running.Outcomes.Last().Logs));
        Assert.Single(running.Outcomes.Select(outcome => outcome.InvocationId).Distinct());
        Assert.Equal(0, await running.ReadCheckpointAsync(deadline.Token));
    }

    [Fact]
    public async Task PartitionsRunInParallel()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost(partitions: 2);
        running.Tell($"until {running.File("go")}");
        running.Tell($"once {running.File("go")} log first", partition: 1);

        await running.StartAsync(deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Equal(2, running.Outcomes.Count); // The first ends only when the second has begun.
        Assert.All(running.Outcomes, outcome => Assert.True(outcome.Succeeded, outcome.Reason));
    }

    /// <summary>The first must fail; on a slow machine, those after it may take too long as well.</summary>
    private static void AssertOnlyTheLastSucceeded(RunningHost running)
    {
        var succeeded = running.Outcomes.Select(outcome => outcome.Succeeded).ToList();
        Assert.False(succeeded[0]);
        Assert.Equal([succeeded.Count - 1], Enumerable.Range(0, succeeded.Count).Where(at => succeeded[at]));
    }
}
