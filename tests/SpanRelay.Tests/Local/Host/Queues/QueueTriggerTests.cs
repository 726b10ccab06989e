using Azure.Storage.Queues;
using Microsoft.Extensions.Logging;
using SpanRelay.Dynatrace;
using SpanRelay.Local;
using SpanRelay.Local.Host.Queues;
using SpanRelay.Local.Storage;
using SpanRelay.Tests.Local.Storage;

namespace SpanRelay.Tests.Local.Host.Queues;

/// <summary>A real worker that does what queue messages tell it.</summary>
[Collection<StorageTests>]
public sealed class QueueTriggerTests(SomeStorage storage)
{
    [Fact]
    public async Task AMessageIsInvokedWithItsMetadataAndDeletedAfterSuccess()
    {
        using var deadline = new Deadline();
        var queue = await storage.QueueAsync("letters", deadline.Token);
        await using var running = Running();
        await running.StartAsync(deadline.Token);

        await queue.SendMessageAsync("metadata DequeueCount", deadline.Token);
        await queue.SendMessageAsync("metadata QueueTrigger", deadline.Token);
        await running.Host.WhenAsync(() => running.Outcomes.Count == 2, deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Equal(["DequeueCount=1", "QueueTrigger=metadata QueueTrigger"], running.Outcomes.SelectMany(outcome => outcome.Logs).Order());
        Assert.Equal(0, (await queue.GetPropertiesAsync(deadline.Token)).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task AFailedMessageIsRetriedAfterTheVisibilityTimeoutAndDeletedWhenItSucceeds()
    {
        using var deadline = new Deadline();
        var queue = await storage.QueueAsync("letters", deadline.Token);
        await using var running = Running();
        await running.StartAsync(deadline.Token);

        await queue.SendMessageAsync($"once {running.File("seen")} throw", deadline.Token);
        await running.Host.WhenAsync(() => running.Outcomes.Count == 2, deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Equal([1, 2], running.Outcomes.Select(outcome => outcome.Attempt));
        Assert.Equal([false, true], running.Outcomes.Select(outcome => outcome.Succeeded));
    }

    [Fact]
    public async Task AMessageThatAlwaysFailsGoesToThePoisonQueue()
    {
        using var deadline = new Deadline();
        var queue = await storage.QueueAsync("letters", deadline.Token);
        var poison = await storage.QueueAsync("letters-poison", deadline.Token);
        await using var running = Running();
        await running.StartAsync(deadline.Token);

        await queue.SendMessageAsync("throw", deadline.Token);
        await running.Host.WhenAsync(() => running.Outcomes.Count == 3, deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Equal([1, 2, 3], running.Outcomes.Select(outcome => outcome.Attempt));
        Assert.Equal("throw", await OnlyMessageAsync(poison, deadline.Token));
    }

    [Fact]
    public async Task WhenTheAccountIsAvailableAgainMessagesAreProcessed()
    {
        using var deadline = new Deadline();
        var queue = await storage.QueueAsync("letters", deadline.Token);
        using var log = new NoticedText("is unavailable");
        await using var running = Running(log: log);
        await running.StartAsync(deadline.Token);

        await storage.Azurite.StopAsync();
        await log.Noticed.WaitAsync(deadline.Token);
        await storage.Azurite.StartAsync(deadline.Token);
        await queue.SendMessageAsync("log hello", deadline.Token);
        await running.Host.WhenAsync(() => !running.Outcomes.IsEmpty, deadline.Token);

        Assert.Equal(["hello"], Assert.Single(running.Outcomes).Logs);
    }

    [Fact]
    public async Task MessagesAreProcessedInParallel()
    {
        using var deadline = new Deadline();
        var queue = await storage.QueueAsync("parallel", deadline.Token);
        await using var running = Running("parallel");
        await running.StartAsync(deadline.Token);

        // The first two end only when the third has begun.
        foreach (var command in new[] { $"until {running.File("go")}", $"until {running.File("go")}", $"once {running.File("go")} log go" })
            await queue.SendMessageAsync(command, deadline.Token);
        await running.Host.WhenAsync(() => running.Outcomes.Count == 3, deadline.Token);

        Assert.All(running.Outcomes, outcome => Assert.True(outcome.Succeeded, outcome.Reason));
        Assert.All(running.Outcomes, outcome => Assert.Equal(1, outcome.Attempt));
    }

    [Fact]
    public async Task MessagesInFlightWhenTheHostStoppedAreRedeliveredToTheNext()
    {
        using var deadline = new Deadline();
        var queue = await storage.QueueAsync("stopped", deadline.Token);
        await using var running = Running("stopped");
        await queue.SendMessageAsync($"once {running.File("seen")} hang", deadline.Token);
        await running.StartAsync(deadline.Token, TimeSpan.Zero);
        await running.WhenWrittenAsync("hanging", deadline.Token);

        await running.Host.DisposeAsync();
        await running.StartAsync(deadline.Token);
        await running.Host.WhenAsync(() => running.Outcomes.Count == 2, deadline.Token);

        Assert.Equal([false, true], running.Outcomes.Select(outcome => outcome.Succeeded));
        Assert.Equal(2, running.Outcomes.Last().Attempt);
    }

    [Fact]
    public async Task AMessageInAnotherEncodingMovesToThePoisonQueueUnchangedAndOthersAreProcessed()
    {
        using var deadline = new Deadline();
        var queue = await storage.QueueAsync("mixed", deadline.Token);
        var plain = new QueueServiceClient(storage.Azurite.ConnectionString);
        await using var running = Running("mixed");
        await running.StartAsync(deadline.Token);

        await plain.GetQueueClient("mixed").SendMessageAsync("not base64!", deadline.Token);
        await queue.SendMessageAsync("log hello", deadline.Token);
        await running.Host.WhenAsync(() => !running.Outcomes.IsEmpty, deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Equal(["hello"], Assert.Single(running.Outcomes).Logs);
        Assert.Equal("not base64!", await OnlyMessageAsync(plain.GetQueueClient("mixed-poison"), deadline.Token));
    }

    [Fact]
    public async Task AMessageReceivedTooOftenMovesToThePoisonQueueWithoutAnotherAttempt()
    {
        using var deadline = new Deadline();
        var queue = await storage.QueueAsync("tired", deadline.Token);
        var poison = await storage.QueueAsync("tired-poison", deadline.Token);
        await queue.SendMessageAsync("log hello", deadline.Token);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var message = (await queue.ReceiveMessageAsync(cancellationToken: deadline.Token)).Value;
            await queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: deadline.Token);
        }

        await using var running = Running("tired");
        await running.StartAsync(deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Empty(running.Outcomes);
        Assert.Equal("log hello", await OnlyMessageAsync(poison, deadline.Token));
    }

    [Fact]
    public async Task AConnectionThatIsNoConnectionStringIsNamedAndNotShown()
    {
        using var deadline = new Deadline();
        await using var running = Running(connection: "a secret");

        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => running.StartAsync(deadline.Token));

        Assert.Equal("AzureWebJobsStorage is not a storage account's connection string. Copy it from the account's access keys.", failure.Message);
    }

    [Fact]
    public async Task AnUnknownEncodingIsNamed()
    {
        using var deadline = new Deadline();
        await using var running = Running(encoding: "hex");

        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => running.StartAsync(deadline.Token));

        Assert.Equal("host.json: extensions.queues.messageEncoding is \"hex\". Use base64 or none.", failure.Message);
    }

    private static async Task<string> OnlyMessageAsync(QueueClient queue, CancellationToken cancellationToken) =>
        Assert.Single((await queue.ReceiveMessagesAsync(cancellationToken: cancellationToken)).Value).Body.ToString();

    private RunningHost Running(string queue = "letters", string? connection = null, string encoding = "base64", ILoggerFactory? log = null) => new()
    {
        LoggerFactory = log,
        Triggers = [new QueueTrigger()],
        Settings =
        {
            ["QUEUE_NAME"] = queue,
            ["AzureWebJobsStorage"] = connection ?? storage.Azurite.ConnectionString,
            ["AzureFunctionsJobHost__extensions__queues__messageEncoding"] = encoding,
        },
    };
}
