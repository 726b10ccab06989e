using SpanRelay.Dynatrace;

namespace SpanRelay.Tests.Local.Hosting;

public sealed class BatchingTests
{
    [Fact]
    public async Task ABacklogComesInBatchesOfAtMostTheMaximum()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create("ok(res);", maxEvents: 4);
        await using var running = new RunningHost(app);
        Append(running, 10);
        await running.StartAsync(deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);
        Assert.Equal([4, 4, 2], running.Outcomes.Select(outcome => outcome.EventCount));
    }

    [Fact]
    public async Task FewerThanTheMinimumWaitForMoreOrForTheLongestWait()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create("ok(res);");
        var host = Path.Combine(app.Folder, "host.json");
        app.Write("host.json", File.ReadAllText(host).Replace(
            "\"maxEventBatchSize\": 10", "\"maxEventBatchSize\": 10, \"minEventBatchSize\": 3, \"maxWaitTime\": \"00:00:01\"", StringComparison.Ordinal));
        await using var running = new RunningHost(app);
        await running.StartAsync(deadline.Token);

        Append(running, 1);
        Append(running, 2);
        await running.Host.WhenIdleAsync(deadline.Token);
        Append(running, 1);
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Equal([3, 1], running.Outcomes.Select(outcome => outcome.EventCount));
    }

    [Fact]
    public async Task AFullBatchOfTheLargestEventsGetsThrough()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create("ok(res, JSON.parse(body.Data.events).map(event => Buffer.from(event, 'base64').length).join());");
        await using var running = new RunningHost(app);
        foreach (var _ in Enumerable.Range(0, 10)) running.Hub.Append(new byte[1_048_576]);
        await running.StartAsync(deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);
        Assert.Equal(string.Join(',', Enumerable.Repeat(1_048_576, 10)), Assert.Single(Assert.Single(running.Outcomes).Logs));
    }

    private static void Append(RunningHost running, int count)
    {
        foreach (var number in Enumerable.Range(0, count)) running.Hub.Append(new[] { (byte)number });
    }
}
