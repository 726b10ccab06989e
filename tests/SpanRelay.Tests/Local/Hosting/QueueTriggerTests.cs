using Microsoft.Extensions.Logging;
using SpanRelay.Local;
using SpanRelay.Local.Hosting;
using SpanRelay.Tests.Local.Storage;

namespace SpanRelay.Tests.Local.Hosting;

[Collection<StorageTests>]
public sealed class QueueTriggerTests(SomeStorage storage)
{
    [Fact]
    public async Task AMessageIsPostedAsTheHostPostsItAndDeletedAfterSuccess()
    {
        using var deadline = new Deadline();
        using var app = App("ok(res, req.url, Buffer.from(body.Data.message, 'base64').toString(), body.Metadata.DequeueCount, JSON.parse(body.Metadata.Id).length, body.Metadata.sys.MethodName)");
        var queue = await storage.QueueAsync("letters", deadline.Token);
        await using var running = Running(app);
        await running.StartAsync(deadline.Token);

        await queue.SendMessageAsync("hello", deadline.Token);
        await running.Host.WhenAsync(() => !running.Outcomes.IsEmpty, deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Equal(["/Record", "hello", "1", "36", "Record"], Assert.Single(running.Outcomes).Logs);
        Assert.Equal(0, (await queue.GetPropertiesAsync(deadline.Token)).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task WhatFailedComesAgainAfterTheVisibilityTimeoutAndIsDeletedWhenItSucceeds()
    {
        using var deadline = new Deadline();
        using var app = App("if (n === 1) { res.statusCode = 500; res.end(); return; } ok(res, body.Metadata.DequeueCount);");
        var queue = await storage.QueueAsync("letters", deadline.Token);
        await using var running = Running(app);
        await running.StartAsync(deadline.Token);
        await queue.SendMessageAsync("hello", deadline.Token);
        await running.Host.WhenAsync(() => running.Outcomes.Count == 1, deadline.Token);
        var failed = TimeProvider.System.GetTimestamp();

        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.InRange(TimeProvider.System.GetElapsedTime(failed), TimeSpan.FromSeconds(0.5), TimeSpan.MaxValue);
        Assert.Equal([(1, false), (2, true)], running.Outcomes.Select(outcome => (outcome.Attempt, outcome.Succeeded)));
        Assert.Equal(["2"], running.Outcomes.Last().Logs);
    }

    [Fact]
    public async Task WhatIsNoConnectionStringIsSaidWithoutShowingIt()
    {
        using var deadline = new Deadline();
        using var app = App("ok(res);");
        await using var running = new RunningHost(app) { MoreTriggers = [new QueueTrigger()], MoreSettings = new Dictionary<string, string> { ["AzureWebJobsStorage"] = "AccountKey=planted" } };

        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => running.StartAsync(deadline.Token));

        Assert.Equal(
            "AzureWebJobsStorage is not a storage account's connection string. It looks like DefaultEndpointsProtocol=https;AccountName=(name);AccountKey=(key).",
            failure.Message);
    }

    [Fact]
    public async Task WhatFailsComesAgainAndThenGoesToThePoisonQueue()
    {
        using var deadline = new Deadline();
        using var app = App("res.statusCode = 500; res.end();");
        var queue = await storage.QueueAsync("letters", deadline.Token);
        var poison = await storage.QueueAsync("letters-poison", deadline.Token);
        await using var running = Running(app);
        await running.StartAsync(deadline.Token);

        await queue.SendMessageAsync("hello", deadline.Token);
        await running.Host.WhenAsync(() => running.Outcomes.Count == 3, deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Equal([1, 2, 3], running.Outcomes.Select(outcome => outcome.Attempt));
        Assert.Equal("hello", Assert.Single((await poison.ReceiveMessagesAsync(cancellationToken: deadline.Token)).Value).Body.ToString());
    }

    [Fact]
    public async Task WhenTheAccountWasAwayItGoesOnByItself()
    {
        using var deadline = new Deadline();
        using var app = App("ok(res, Buffer.from(body.Data.message, 'base64').toString())");
        var queue = await storage.QueueAsync("letters", deadline.Token);
        using var log = new NoticedText("does not answer");
        await using var running = Running(app, log);
        await running.StartAsync(deadline.Token);

        await storage.Azurite.StopAsync();
        await log.Noticed.WaitAsync(deadline.Token);
        await storage.Azurite.StartAsync(deadline.Token);
        await queue.SendMessageAsync("hello", deadline.Token);
        await running.Host.WhenAsync(() => !running.Outcomes.IsEmpty, deadline.Token);

        Assert.Equal(["hello"], Assert.Single(running.Outcomes).Logs);
    }

    private static HandlerApp App(string invoke)
    {
        var app = HandlerApp.Create(invoke);
        app.Write("Record/function.json", """
            { "bindings": [ { "type": "queueTrigger", "direction": "in", "name": "message", "queueName": "letters", "connection": "AzureWebJobsStorage", "dataType": "binary" } ] }
            """);
        return app;
    }

    private RunningHost Running(HandlerApp app, ILoggerFactory? log = null) => new(app)
    {
        LoggerFactory = log,
        MoreTriggers = [new QueueTrigger()],
        MoreSettings = new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = storage.Azurite.ConnectionString,
            ["AzureFunctionsJobHost__extensions__queues__visibilityTimeout"] = "00:00:01",
        },
    };
}
