using SpanRelay.Dynatrace;
using SpanRelay.Local;
using SpanRelay.Local.EventHub;
using SpanRelay.Tests.Redaction.Oracle;

namespace SpanRelay.Tests.Local.Host;

/// <summary>Stops, drains and exits of a real worker process.</summary>
public sealed class StopTests
{
    [Fact]
    public async Task AStopCancelsRunningInvocationsWhichGetNoCheckpoint()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost();
        running.Tell("wait");
        await running.StartAsync(deadline.Token);
        await running.WhenWrittenAsync("waiting", deadline.Token);
        var worker = running.Host.ProcessId!.Value;

        await running.Host.DisposeAsync();

        Assert.Equal("System.Threading.Tasks.TaskCanceledException: A task was canceled.", Assert.Single(running.Outcomes).Reason);
        Assert.Null(await running.ReadCheckpointAsync(deadline.Token));
        Assert.Null(running.Host.ProcessId);
        Assert.False(Processes.IsRunning(worker));
    }

    [Fact]
    public async Task AnInvocationThatSucceedsDuringAStopGetsNoCheckpoint()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost();
        running.Tell($"until {running.File("go")}");
        await running.StartAsync(deadline.Token);
        await running.WhenWrittenAsync("waiting", deadline.Token);

        var stop = running.Host.DisposeAsync().AsTask();
        await File.WriteAllTextAsync(running.File("go"), "", deadline.Token);
        await stop;

        Assert.True(Assert.Single(running.Outcomes).Succeeded);
        Assert.Null(await running.ReadCheckpointAsync(deadline.Token));
    }

    [Fact]
    public async Task AnInvocationThatIgnoresCancellationIsKilledAfterTheGrace()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost();
        running.Tell($"once {running.File("seen")} hang");
        await running.StartAsync(deadline.Token, TimeSpan.Zero);
        await running.WhenWrittenAsync("hanging", deadline.Token);
        var worker = running.Host.ProcessId!.Value;

        await running.Host.DisposeAsync();
        Assert.Null(await running.ReadCheckpointAsync(deadline.Token));
        Assert.False(Processes.IsRunning(worker));

        await running.StartAsync(deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);
        Assert.Equal([false, true], running.Outcomes.Select(outcome => outcome.Succeeded));
    }

    [Fact]
    public async Task ADrainLetsRetriesGoOnAndTheirSuccessGetsNoCheckpoint()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost();
        running.Tell("retry 20");
        await running.StartAsync(deadline.Token);
        await running.Host.WhenAsync(() => running.Outcomes.Count >= 2, deadline.Token);

        await running.Host.DrainAsync(deadline.Token);

        Assert.Equal(21, running.Outcomes.Count);
        Assert.True(running.Outcomes.Last().Succeeded);
        Assert.DoesNotContain(running.Outcomes, outcome => outcome.Reason.Contains("Cancel", StringComparison.Ordinal));
        Assert.Null(await running.ReadCheckpointAsync(deadline.Token));
    }

    [Fact]
    public async Task ADrainDoesNotEndWhileInvocationsFail()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost();
        running.Tell("throw");
        await running.StartAsync(deadline.Token);
        await running.Host.WhenAsync(() => !running.Outcomes.IsEmpty, deadline.Token);

        var drain = running.Host.DrainAsync(deadline.Token);
        var before = running.Outcomes.Count;
        await running.Host.WhenAsync(() => running.Outcomes.Count > before + 2, deadline.Token);

        Assert.False(drain.IsCompleted);
        await running.Host.DisposeAsync();
        await drain;
        Assert.Null(await running.ReadCheckpointAsync(deadline.Token));
    }

    [Fact]
    public async Task AtTheThirdCrashTheHostStopsAndReportsTheWorkersErrors()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost();
        running.Tell("console with dt0c01.PUBLIC.SECRET");
        running.Tell("crash");
        await running.StartAsync(deadline.Token);

        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => running.Host.Completion.WaitAsync(deadline.Token));

        Assert.StartsWith("The worker crashed 3 times in a row, the last time with exit code 137; the host stops. Its last errors:", failure.Message, StringComparison.Ordinal);
        Assert.Contains("with dt0c01.PUBLIC.***", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", failure.Message, StringComparison.Ordinal);
        Assert.Null(running.Host.ProcessId);
        Assert.Null(await running.ReadCheckpointAsync(deadline.Token));
        await Assert.ThrowsAsync<LocalSystemException>(() => running.Host.WhenIdleAsync(deadline.Token));
    }

    [Fact]
    public async Task ARecycledWorkerDoesNotCountAsACrash()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost();
        await running.StartAsync(deadline.Token);
        for (var round = 0; round < 4; round++)
        {
            var before = running.Host.ProcessId;
            running.Host.Recycle();
            await WhenReplacedAsync(running, before, deadline.Token);
        }

        running.Tell("log still there");
        await running.Host.WhenIdleAsync(deadline.Token);
        Assert.Equal("still there", Assert.Single(Assert.Single(running.Outcomes).Logs));
    }

    [Fact]
    public async Task AWorkerThatCannotStartFailsTheStartAfterThreeAttempts()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost { Settings = { ["Start"] = "3" } };

        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => running.StartAsync(deadline.Token));

        Assert.Equal(
            $"The worker crashed 3 times in a row, the last time with exit code 3; the host stops. Its last errors:{Environment.NewLine}"
            + string.Join(Environment.NewLine, Enumerable.Repeat("exiting with 3", 3)),
            failure.Message);
    }

    [Fact]
    public async Task AWorkerThatExitsWithZeroAtTheStartFailsIt()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost { Settings = { ["Start"] = "0" } };

        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => running.StartAsync(deadline.Token));

        Assert.StartsWith("The worker exited with code 0 although the host had not stopped it", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AfterExitCodeZeroTheWorkerIsNotRestartedRunningInvocationsHangAndNewOnesFail()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost(partitions: 2) { Settings = { ["AzureFunctionsJobHost__functionTimeout"] = "00:00:03" } };
        await running.StartAsync(deadline.Token);
        running.Tell("exit 0");
        while (running.Host.ProcessId is not null) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline.Token);

        Assert.True(running.Host.TryInvokeNow("Tick"));
        await running.Host.WhenAsync(() => running.Outcomes.Any(outcome => outcome.Partition == 0), deadline.Token);

        Assert.Contains("exited with code 0", running.Outcomes.Single(outcome => outcome.FunctionName == "Tick").Reason, StringComparison.Ordinal);
        Assert.Contains("functionTimeout", running.Outcomes.First(outcome => outcome.Partition == 0).Reason, StringComparison.Ordinal);
        Assert.False(running.Host.Completion.IsCompleted);
        Assert.Null(await running.ReadCheckpointAsync(deadline.Token));
    }

    private static async Task WhenReplacedAsync(RunningHost running, int? before, CancellationToken cancellationToken)
    {
        while (running.Host.ProcessId is not { } now || now == before) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
        await running.Host.WhenReadyAsync(cancellationToken);
    }
}
