using SpanRelay.Dynatrace;
using SpanRelay.Local;
using SpanRelay.Tests.Rotation;

namespace SpanRelay.Tests.Local.Hosting;

public sealed class HandlerProcessTests
{
    [Fact]
    public async Task AtTheThirdCrashTheHostStopsAndSaysWhatTheHandlerSaid()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create("ok(res);");
        await using var running = new RunningHost(app);
        await running.StartAsync(deadline.Token);
        for (var crash = 1; crash <= 3; crash++)
        {
            app.Write("handler.js", $"console.error('start {crash} with dt0c01.PUBLIC.SECRET'); {File.ReadAllText(Path.Combine(app.Folder, "handler.js"))}");
            await running.Host.WhenReadyAsync(deadline.Token);
            var before = running.Host.ProcessId;
            running.Host.Kill();
            if (crash < 3) await WhenReplacedAsync(running, before, deadline.Token);
        }

        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => running.Host.Completion.WaitAsync(deadline.Token));

        Assert.StartsWith("The function app crashed 3 times in a row, at last with exit code ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("start 2 with dt0c01.PUBLIC.***", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", failure.Message, StringComparison.Ordinal);
        Assert.Null(running.Host.ProcessId);
        running.Hub.Append(new byte[] { 1 });
        await Assert.ThrowsAsync<LocalSystemException>(() => running.Host.WhenIdleAsync(deadline.Token));
    }

    [Fact]
    public async Task AHandlerThatCannotStartFailsTheStartAfterThreeTries()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create("", start: "console.error('no such setting'); process.exit(3);");
        await using var running = new RunningHost(app);
        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => running.StartAsync(deadline.Token));
        Assert.Equal(
            $"The function app crashed 3 times in a row, at last with exit code 3; the host stops. Its last lines on standard error:{Environment.NewLine}" +
            string.Join(Environment.NewLine, Enumerable.Repeat("no such setting", 3)),
            failure.Message);
    }

    [Fact]
    public async Task ExitCodeZeroIsNotStartedAgain()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create("fs.appendFileSync('starts', '!'); process.exit(0);");
        await using var running = new RunningHost(app);
        running.Hub.Append(new byte[] { 1 });
        await running.StartAsync(deadline.Token);
        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => running.Host.WhenIdleAsync(deadline.Token));
        Assert.StartsWith("The function app ended with exit code 0; the host does not start it again.", failure.Message, StringComparison.Ordinal);
        Assert.Equal("!", File.ReadAllText(Path.Combine(app.Folder, "starts")));
        Assert.Null(running.Checkpoints[0]);
    }

    [Fact]
    public async Task AHandlerThatDoesNotAnswerInTimeFailsTheStart()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create("");
        app.Write("handler.js", "setInterval(() => {}, 1000);");
        app.Write("host.json", File.ReadAllText(Path.Combine(app.Folder, "host.json")).Replace("00:00:20", "00:00:00.5", StringComparison.Ordinal));
        await using var running = new RunningHost(app);
        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => running.StartAsync(deadline.Token));
        Assert.Contains("customHandler.initializationTimeout in host.json", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheHandlerSeesItsSettingsAndNoUnrelatedOnes()
    {
        using var deadline = new Deadline();
        Environment.SetEnvironmentVariable("EVENTHUB_LEFT_OVER", "from outside");
        using var app = HandlerApp.Create("ok(res, process.env.EVENTHUB_NAME, process.env.EVENTHUB_LEFT_OVER, process.env.PATH !== undefined, process.cwd() === fs.realpathSync(__dirname));");
        await using var running = new RunningHost(app);
        running.Hub.Append(new byte[] { 1 });
        await running.StartAsync(deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);
        Assert.Equal(["spans", "undefined", "true", "true"], Assert.Single(running.Outcomes).Logs);
    }

    [Fact]
    public async Task LinesOfTheHandlerAreHandedOnAsTheyAre()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create("", start: "console.log('to out'); console.error('to err');");
        await using (var running = new RunningHost(app))
        {
            await running.StartAsync(deadline.Token);
            await running.DisposeAsync();
            Assert.Equal([("to err", true), ("to out", false)], running.Output.Select(output => (output.Line, output.IsError)).Order());
        }
    }

    private static async Task WhenReplacedAsync(RunningHost running, int? before, CancellationToken cancellationToken)
    {
        while (running.Host.ProcessId is not { } now || now == before) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
        await running.Host.WhenReadyAsync(cancellationToken);
    }
}
