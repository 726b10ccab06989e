using SpanRelay.Dynatrace;
using SpanRelay.Local.EventHub;
using SpanRelay.Tests.Rotation;

namespace SpanRelay.Tests.Local.Hosting;

public sealed class FunctionsHostTests
{
    [Fact]
    public async Task ASuccessfulBatchIsCheckpointedAndItsLogsAreSeen()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create("ok(res, req.url, JSON.parse(body.Data.events).length, body.Metadata.PartitionContext.EventHubName)");
        await using var running = new RunningHost(app);
        Append(running, 3);

        await running.StartAsync(deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);

        var outcome = Assert.Single(running.Outcomes);
        Assert.Equal(["/Forward", "3", "spans"], outcome.Logs);
        Assert.Equal(
            ("Forward", 0, 0L, 2L, 3, 1, true, 200),
            (outcome.FunctionName, outcome.Partition, outcome.FirstSequenceNumber, outcome.LastSequenceNumber, outcome.EventCount, outcome.Attempt, outcome.Succeeded, outcome.Status));
        Assert.Equal(2, running.Checkpoints[0]);
    }

    [Fact]
    public async Task TheRequestIsChunkedAndCarriesTheHostsHeaders()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create("""
            ok(res, req.method, req.headers['content-type'], req.headers['transfer-encoding'], req.headers['content-length'],
               /^[0-9a-f-]{36}$/.test(req.headers['x-azure-functions-invocationid']), req.headers['x-azure-functions-hostversion'], req.headers['user-agent'])
            """);
        await using var running = new RunningHost(app);
        Append(running, 1);

        await running.StartAsync(deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Equal(
            ["POST", "application/json; charset=utf-8", "chunked", "undefined", "true", "4.0.0.0", "Azure-Functions-Host/4.0.0.0"],
            Assert.Single(running.Outcomes).Logs);
    }

    [Fact]
    public async Task AFailedInvocationIsRepeatedWithTheSameBatchUntilItSucceeds()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create("""
            if (n === 1) running = body.Data.events;
            if (n < 4) { res.statusCode = 500; res.end(); return; }
            ok(res, body.Metadata.RetryContext.RetryCount, body.Data.events === running)
            """, start: "let running;", maxEvents: 2);
        await using var running = new RunningHost(app);
        Append(running, 2);

        await running.StartAsync(deadline.Token);
        await running.Host.WhenAsync(() => !running.Outcomes.IsEmpty, deadline.Token);
        Append(running, 1);
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Equal([(1, false, 1L), (2, false, 1L), (3, false, 1L), (4, true, 1L), (1, true, 2L)], running.Outcomes.Select(outcome => (outcome.Attempt, outcome.Succeeded, outcome.LastSequenceNumber)));
        Assert.Equal(["3", "true"], running.Outcomes.ElementAt(3).Logs);
    }

    [Fact]
    public async Task NothingIsCheckpointedWhileInvocationsFail()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create("res.setHeader('Content-Type', 'text/plain'); res.end('fine');");
        await using var running = new RunningHost(app);
        Append(running, 1);
        await running.StartAsync(deadline.Token);
        await running.Host.WhenAsync(() => running.Outcomes.Count >= 3, deadline.Token);
        Assert.Null(running.Checkpoints[0]);
    }

    [Fact]
    public async Task WhenRetriesAreUsedUpTheBatchIsCheckpointedAnyway()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create(
            "res.statusCode = 500; res.end();", retry: """{ "strategy": "fixedDelay", "maxRetryCount": 2, "delayInterval": "00:00:00.0100000" }""");
        await using var running = new RunningHost(app);
        Append(running, 1);
        await running.StartAsync(deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);
        Assert.Equal([1, 2, 3], running.Outcomes.Select(outcome => outcome.Attempt));
        Assert.Equal(0, running.Checkpoints[0]);
    }

    [Theory]
    [InlineData("res.statusCode = 204; res.end();")]
    [InlineData("res.setHeader('Content-Type', 'application/json'); res.end('null');")]
    [InlineData("/* never answers */")]
    public async Task WhatHangsIsEndedByTheFunctionTimeoutWhichRestartsTheHandler(string hang)
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create(
            $"if (fs.existsSync('seen')) {{ ok(res, process.pid); return; }} fs.writeFileSync('seen', '');\n{hang}", functionTimeout: "00:00:00.3000000");
        await using var running = new RunningHost(app);
        await running.StartAsync(deadline.Token);
        var before = running.Host.ProcessId;
        Append(running, 1);

        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Contains("functionTimeout", running.Outcomes.First().Reply.Reason, StringComparison.Ordinal);
        Assert.True(running.Outcomes.First().Duration >= TimeSpan.FromSeconds(0.25));
        Assert.NotEqual($"{before}", Assert.Single(running.Outcomes.Last().Logs));
    }

    [Fact]
    public async Task AHandlerKilledInTheMiddleIsStartedAgainAndGetsTheSameBatch()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create("""
            if (fs.existsSync('seen')) { ok(res, process.pid); return; }
            fs.writeFileSync('seen', ''); console.log('working');
            """);
        await using var running = new RunningHost(app);
        await running.StartAsync(deadline.Token);
        Append(running, 1);
        await WaitForFileAsync(app, "seen", deadline.Token);

        running.Host.Kill();
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Null(running.Outcomes.First().Status);
        Assert.True(running.Outcomes.Last().Succeeded);
        Assert.Equal($"{running.Host.ProcessId}", Assert.Single(running.Outcomes.Last().Logs));
        Assert.Equal(0, running.Checkpoints[0]);
    }

    [Fact]
    public async Task PartitionsRunInParallelAndEachInOrder()
    {
        using var deadline = new Deadline();
        // The first invocation is answered only when the other partition's has come too.
        using var app = HandlerApp.Create("waiting.push(res); if (n >= 2) while (waiting.length) ok(waiting.shift());", start: "const waiting = [];", maxEvents: 1);
        await using var running = new RunningHost(app, partitions: 2);
        Append(running, 4);
        await running.StartAsync(deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);
        foreach (var partition in new[] { 0, 1 })
        {
            Assert.Equal([0L, 1L], running.Outcomes.Where(outcome => outcome.Partition == partition).Select(outcome => outcome.FirstSequenceNumber));
        }
    }

    [Fact]
    public async Task WhatWasRunningAtTheStopLeavesNoCheckpointEvenWhenItSucceeds()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create("""
            fs.writeFileSync('seen', '');
            const watch = setInterval(() => { if (fs.existsSync('go')) { clearInterval(watch); ok(res); } }, 10);
            """);
        await using var running = new RunningHost(app);
        Append(running, 1);
        await running.StartAsync(deadline.Token);
        await WaitForFileAsync(app, "seen", deadline.Token);

        var stop = running.Host.DisposeAsync().AsTask();
        app.Write("go", "");
        await stop;

        Assert.True(Assert.Single(running.Outcomes).Succeeded);
        Assert.Null(running.Checkpoints[0]);
    }

    [Fact]
    public async Task AfterTheGraceTheHandlerIsKilledAndTheBatchComesAgainWithTheNextHost()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create("if (fs.existsSync('seen')) ok(res); else fs.writeFileSync('seen', '');");
        await using var running = new RunningHost(app);
        Append(running, 1);
        await running.StartAsync(deadline.Token, TimeSpan.Zero);
        await WaitForFileAsync(app, "seen", deadline.Token);
        await running.Host.DisposeAsync();
        Assert.Null(running.Checkpoints[0]);
        Assert.Null(running.Host.ProcessId);

        await running.StartAsync(deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);
        Assert.Equal([false, true], running.Outcomes.Select(outcome => outcome.Succeeded));
    }

    private static void Append(RunningHost running, int count)
    {
        foreach (var number in Enumerable.Range(0, count)) running.Hub.Append(new[] { (byte)number });
    }

    private static async Task WaitForFileAsync(HandlerApp app, string name, CancellationToken cancellationToken)
    {
        while (!File.Exists(Path.Combine(app.Folder, name))) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
    }
}
