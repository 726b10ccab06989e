using System.Diagnostics;
using System.Globalization;
using SpanRelay.Local.Host.Worker;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Every way in which a worker ends while it delivers a batch. Dynatrace has the request then, and does not respond.</summary>
public sealed class StopTests(SharedStorage storage)
{
    [Theory]
    [InlineData("WorkerTerminate", 0)]
    [InlineData("TERM", 143)]
    public async Task AStopFailsTheInvocationInFlight(string how, int exitCode)
    {
        using var deadline = new Deadline();
        await using var running = await RunningWorker.StartAsync(storage.ConnectionString, deadline.Token);
        var (body, id) = Some.Event();
        var answer = await BeginAsync(running, body, deadline.Token);

        await StopAsync(running.Relay, how, deadline.Token);

        Assert.Equal(StatusResult.Types.Status.Failure, (await answer.WaitAsync(deadline.Token)).Result.Status);
        Assert.Equal(exitCode, await running.Relay.WhenExitedAsync(deadline.Token));
        Assert.Equal([id], running.DeliveredIds);
    }

    [Fact]
    public async Task AKilledWorkerLeavesTheInvocationUnanswered()
    {
        using var deadline = new Deadline();
        await using var running = await RunningWorker.StartAsync(storage.ConnectionString, deadline.Token);
        var answer = await BeginAsync(running, Some.Event().Body, deadline.Token);

        await running.Relay.SignalAsync("KILL", deadline.Token);

        Assert.Equal(137, await running.Relay.WhenExitedAsync(deadline.Token));
        Assert.False(answer.IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData("WorkerTerminate")]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task TheNextWorkerDeliversTheBatch(string how)
    {
        using var deadline = new Deadline();
        await using var first = await RunningWorker.StartAsync(storage.ConnectionString, deadline.Token);
        var (body, id) = Some.Event();
        await BeginAsync(first, body, deadline.Token);
        await StopAsync(first.Relay, how, deadline.Token);
        await first.Relay.WhenExitedAsync(deadline.Token);

        await using var next = await RunningWorker.StartAsync(storage.ConnectionString, deadline.Token);
        var answer = await next.InvokeAsync([body], RunningWorker.Metadata([body]), deadline.Token);

        Assert.Equal(StatusResult.Types.Status.Success, answer.Result.Status);
        Assert.Equal([id], next.DeliveredIds);
    }

    [Fact]
    public async Task AWorkerThatIsIdleStopsWhenItIsAsked()
    {
        using var deadline = new Deadline();
        await using var running = await RunningWorker.StartAsync(storage.ConnectionString, deadline.Token);

        await running.Relay.TerminateAsync();

        Assert.Equal(0, await running.Relay.WhenExitedAsync(deadline.Token));
    }

    [Fact]
    public async Task AWorkerWhoseHostIsGoneEnds()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells a process who its parent is.");
        using var deadline = new Deadline();
        await using var server = await WorkerServer.StartAsync(null, deadline.Token);
        var arrival = server.Arrivals.Expect("worker");
        using var host = Process.Start(WithHostBetween(new WorkerStart(FunctionAppUnderTest.Worker, RunningWorker.Settings(storage.ConnectionString), server.Address, "worker")))!;
        try
        {
            var worker = int.Parse((await host.StandardOutput.ReadLineAsync(deadline.Token))!, CultureInfo.InvariantCulture);
            await arrival.WaitAsync(deadline.Token);

            host.Kill();

            await Processes.WhenEndedAsync(worker, deadline.Token);
        }
        finally
        {
            host.Kill(entireProcessTree: true);
        }
    }

    /// <returns>The invocation in flight; itself, not its completion.</returns>
    private static async Task<Task<InvocationResponse>> BeginAsync(RunningWorker running, byte[] body, CancellationToken cancellationToken)
    {
        running.Dynatrace.OnRequest = (_, stopped) => new ValueTask(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopped));
        var answer = running.InvokeAsync([body], RunningWorker.Metadata([body]), cancellationToken);
        await running.WhenRequestedAsync(cancellationToken);
        return answer;
    }

    private static Task StopAsync(RelayProcess relay, string how, CancellationToken cancellationToken) =>
        how == "WorkerTerminate" ? relay.TerminateAsync() : relay.SignalAsync(how, cancellationToken);

    /// <summary>A shell takes the host's place as the worker's parent: it can be killed without the test. It writes the worker's id first.</summary>
    private static ProcessStartInfo WithHostBetween(WorkerStart start)
    {
        var direct = WorkerCommand.Create(start);
        var command = direct.ArgumentList.SkipWhile(argument => argument != "dotnet");
        var shell = new ProcessStartInfo("/bin/sh", ["-c", "\"$@\" >/dev/null 2>&1 & echo $!; wait", "sh", .. command.DefaultIfEmpty("dotnet")])
        {
            WorkingDirectory = direct.WorkingDirectory,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in direct.Environment)
            shell.Environment[name] = value;
        return shell;
    }
}
