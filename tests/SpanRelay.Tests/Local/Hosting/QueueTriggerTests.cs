using Azure.Storage.Queues;
using SpanRelay.Local.Hosting;

using SpanRelay.Tests.Local.Storage;

namespace SpanRelay.Tests.Local.Hosting;

public sealed class QueueTriggerTests(SomeStorage storage) : IClassFixture<SomeStorage>
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
    public async Task WhatFailsComesAgainAndThenGoesToThePoisonQueue()
    {
        using var deadline = new Deadline();
        using var app = App("res.statusCode = 500; res.end();");
        var queue = await storage.QueueAsync("letters", deadline.Token);
        await using var running = Running(app);
        await running.StartAsync(deadline.Token);

        await queue.SendMessageAsync("hello", deadline.Token);
        await running.Host.WhenAsync(() => running.Outcomes.Count == 3, deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Equal([1, 2, 3], running.Outcomes.Select(outcome => outcome.Attempt));
        var poison = await storage.QueueAsync("letters-poison", deadline.Token);
        Assert.Equal("hello", Assert.Single((await poison.ReceiveMessagesAsync(cancellationToken: deadline.Token)).Value).Body.ToString());
    }

    [Fact]
    public async Task WhenTheAccountWasAwayItGoesOnByItself()
    {
        using var deadline = new Deadline();
        using var app = App("ok(res, Buffer.from(body.Data.message, 'base64').toString())");
        var queue = await storage.QueueAsync("letters", deadline.Token);
        await using var running = Running(app);
        await running.StartAsync(deadline.Token);

        await storage.Azurite.StopAsync();
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

    private RunningHost Running(HandlerApp app) => new(app)
    {
        MoreTriggers = [new QueueTrigger()],
        MoreSettings = new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = storage.Azurite.ConnectionString,
            ["AzureFunctionsJobHost__extensions__queues__visibilityTimeout"] = "00:00:01",
        },
    };
}
