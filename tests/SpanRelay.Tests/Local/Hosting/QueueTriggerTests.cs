using Azure.Storage.Queues;
using Microsoft.Extensions.Logging;
using SpanRelay.Dynatrace;
using SpanRelay.Local;
using SpanRelay.Local.Hosting;
using SpanRelay.Local.Storage;
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
        await using var running = Running(app, log: log);
        await running.StartAsync(deadline.Token);

        await storage.Azurite.StopAsync();
        await log.Noticed.WaitAsync(deadline.Token);
        await storage.Azurite.StartAsync(deadline.Token);
        await queue.SendMessageAsync("hello", deadline.Token);
        await running.Host.WhenAsync(() => !running.Outcomes.IsEmpty, deadline.Token);

        Assert.Equal(["hello"], Assert.Single(running.Outcomes).Logs);
    }

    [Fact]
    public async Task MessagesAreWorkedOnInParallel()
    {
        using var deadline = new Deadline();
        // None is answered before the third has come.
        using var app = App("waiting.push(res); if (n >= 3) while (waiting.length) ok(waiting.shift());", queue: "parallel", start: "const waiting = [];");
        var queue = await storage.QueueAsync("parallel", deadline.Token);
        await using var running = Running(app);
        await running.StartAsync(deadline.Token);

        foreach (var text in new[] { "one", "two", "three" }) await queue.SendMessageAsync(text, deadline.Token);
        await running.Host.WhenAsync(() => running.Outcomes.Count == 3, deadline.Token);

        Assert.All(running.Outcomes, outcome => Assert.Equal((true, 1), (outcome.Succeeded, outcome.Attempt)));
    }

    [Fact]
    public async Task WhatWasRunningWhenTheHostStoppedComesAgainWithTheNext()
    {
        using var deadline = new Deadline();
        using var app = App("if (fs.existsSync('seen')) ok(res, body.Metadata.DequeueCount); else fs.writeFileSync('seen', '');", queue: "stopped");
        var queue = await storage.QueueAsync("stopped", deadline.Token);
        await queue.SendMessageAsync("hello", deadline.Token);
        await using var running = Running(app);
        await running.StartAsync(deadline.Token, TimeSpan.Zero);
        while (!File.Exists(Path.Combine(app.Folder, "seen"))) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline.Token);

        await running.Host.DisposeAsync();
        await running.StartAsync(deadline.Token);
        await running.Host.WhenAsync(() => running.Outcomes.Count == 2, deadline.Token);

        Assert.Equal([false, true], running.Outcomes.Select(outcome => outcome.Succeeded));
        Assert.Equal(["2"], running.Outcomes.Last().Logs);
    }

    [Fact]
    public async Task WhatIsNotInTheQueuesEncodingGoesToThePoisonQueueAsItIsAndTheRestGoesOn()
    {
        using var deadline = new Deadline();
        using var app = App("ok(res, Buffer.from(body.Data.message, 'base64').toString())", queue: "mixed");
        var queue = await storage.QueueAsync("mixed", deadline.Token);
        var plain = new QueueServiceClient(storage.Azurite.ConnectionString);
        await using var running = Running(app);
        await running.StartAsync(deadline.Token);

        await plain.GetQueueClient("mixed").SendMessageAsync("not base64!", deadline.Token);
        await queue.SendMessageAsync("hello", deadline.Token);
        await running.Host.WhenAsync(() => !running.Outcomes.IsEmpty, deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Equal(["hello"], Assert.Single(running.Outcomes).Logs);
        Assert.Equal("not base64!", await OnlyMessageAsync(plain.GetQueueClient("mixed-poison"), deadline.Token));
    }

    [Fact]
    public async Task WhatWasSeenTooOftenGoesToThePoisonQueueUntried()
    {
        using var deadline = new Deadline();
        using var app = App("ok(res);", queue: "tired");
        var queue = await storage.QueueAsync("tired", deadline.Token);
        var poison = await storage.QueueAsync("tired-poison", deadline.Token);
        await queue.SendMessageAsync("hello", deadline.Token);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var message = (await queue.ReceiveMessageAsync(cancellationToken: deadline.Token)).Value;
            await queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: deadline.Token);
        }

        await using var running = Running(app);
        await running.StartAsync(deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Empty(running.Outcomes);
        Assert.Equal("hello", await OnlyMessageAsync(poison, deadline.Token));
    }

    [Fact]
    public async Task AConnectionThatIsNoConnectionStringIsNamedAndNotShown()
    {
        using var deadline = new Deadline();
        using var app = App("ok(res);");
        await using var running = Running(app, connection: "a secret");

        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => running.StartAsync(deadline.Token));

        Assert.Equal("AzureWebJobsStorage is not a storage account's connection string. Copy it from the account's access keys.", failure.Message);
    }

    [Fact]
    public async Task AnUnknownEncodingIsNamed()
    {
        using var deadline = new Deadline();
        using var app = App("ok(res);");
        await using var running = Running(app, encoding: "hex");

        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => running.StartAsync(deadline.Token));

        Assert.Equal("host.json: extensions.queues.messageEncoding is \"hex\". Use base64 or none.", failure.Message);
    }

    private static async Task<string> OnlyMessageAsync(QueueClient queue, CancellationToken cancellationToken) =>
        Assert.Single((await queue.ReceiveMessagesAsync(cancellationToken: cancellationToken)).Value).Body.ToString();

    private static HandlerApp App(string invoke, string queue = "letters", string start = "")
    {
        var app = HandlerApp.Create(invoke, start: start);
        app.Write("Record/function.json", $$"""
            { "bindings": [ { "type": "queueTrigger", "direction": "in", "name": "message", "queueName": "{{queue}}", "connection": "AzureWebJobsStorage", "dataType": "binary" } ] }
            """);
        return app;
    }

    private RunningHost Running(HandlerApp app, string? connection = null, string encoding = "base64", ILoggerFactory? log = null) => new(app)
    {
        LoggerFactory = log,
        MoreTriggers = [new QueueTrigger()],
        MoreSettings = new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = connection ?? storage.Azurite.ConnectionString,
            ["AzureFunctionsJobHost__extensions__queues__visibilityTimeout"] = "00:00:01",
            ["AzureFunctionsJobHost__extensions__queues__messageEncoding"] = encoding,
        },
    };
}
