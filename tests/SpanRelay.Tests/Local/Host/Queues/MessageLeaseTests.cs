using Azure;
using Microsoft.Extensions.Time.Testing;
using SpanRelay.Local.Host.Queues;
using SpanRelay.Tests.Local.Storage;

namespace SpanRelay.Tests.Local.Host.Queues;

public sealed class MessageLeaseTests(SomeStorage storage) : IClassFixture<SomeStorage>
{
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task AMessageIsRenewedWhenHalfItsTimeIsOverAndOnlyTheNewReceiptIsGood()
    {
        using var deadline = new Deadline();
        var time = new FakeTimeProvider();
        var queue = await storage.QueueAsync("leased", deadline.Token);
        await queue.SendMessageAsync("hello", deadline.Token);
        var received = (await queue.ReceiveMessageAsync(Hidden, deadline.Token)).Value;

        await using var lease = MessageLease.Start(queue, received, Hidden, time);
        time.Advance(Hidden / 2);
        while (lease.Message.PopReceipt == received.PopReceipt) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline.Token);
        var ended = await lease.EndAsync();

        await Assert.ThrowsAsync<RequestFailedException>(() => queue.DeleteMessageAsync(received.MessageId, received.PopReceipt, deadline.Token));
        Assert.Equal(204, (await queue.DeleteMessageAsync(ended.MessageId, ended.PopReceipt, deadline.Token)).Status);
        Assert.Equal("hello", ended.Body.ToString());
    }

    [Fact]
    public async Task AMessageThatIsDoneInTimeKeepsItsReceipt()
    {
        using var deadline = new Deadline();
        var time = new FakeTimeProvider();
        var queue = await storage.QueueAsync("done", deadline.Token);
        await queue.SendMessageAsync("hello", deadline.Token);
        var received = (await queue.ReceiveMessageAsync(Hidden, deadline.Token)).Value;

        await using var lease = MessageLease.Start(queue, received, Hidden, time);
        time.Advance((Hidden / 2) - TimeSpan.FromSeconds(1));

        Assert.Equal(received.PopReceipt, (await lease.EndAsync()).PopReceipt);
    }
}
