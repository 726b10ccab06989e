using System.Buffers;
using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.Sending;
using SpanRelay.Tests.Dynatrace;

namespace SpanRelay.Tests.Sending;

public sealed class RequestSenderTests
{
    private readonly SteppedTime _time = new(Some.Now);

    [Fact]
    public async Task WhileTheGateIsClosedNothingIsCompressed()
    {
        using var dynatrace = new FakeDynatrace(_ => FakeDynatrace.Status(401));
        using var client = dynatrace.Client(_time);
        var sender = new RequestSender(client, _time);
        var first = await SendAsync(sender, Some.Request(Some.Span()).ToByteArray());
        using var export = new WatchedMemory();

        var second = await SendAsync(sender, export.Memory);

        Assert.Equal(Outcome.Blocked, first.Response.Outcome);
        Assert.Equal(Outcome.Blocked, second.Response.Outcome);
        Assert.Equal(0, second.Attempts);
        Assert.Equal(0, export.Reads);
    }

    [Fact]
    public async Task WhenTheBudgetIsSpentNothingIsCompressed()
    {
        using var dynatrace = new FakeDynatrace(_ => FakeDynatrace.Accepted());
        using var client = dynatrace.Client(_time);
        using var export = new WatchedMemory();
        var budget = Budget();
        Assert.True(budget.TryBegin(DateTimeOffset.MaxValue, out _));
        _time.Advance(TimeSpan.FromMinutes(1));

        var delivery = await new RequestSender(client, _time).SendAsync(export.Memory, budget, DateTimeOffset.MaxValue, TestContext.Current.CancellationToken);

        Assert.Equal(Outcome.RetryLater, delivery.Response.Outcome);
        Assert.Equal(0, export.Reads);
        Assert.Equal(0, dynatrace.Requests);
    }

    [Fact]
    public async Task RetriesSendTheSameBytesAndCountThem()
    {
        var failures = 2;
        using var dynatrace = new FakeDynatrace(_ => failures-- > 0 ? FakeDynatrace.Status(503) : FakeDynatrace.Accepted());
        using var client = dynatrace.Client(_time);

        var delivery = await SendAsync(new RequestSender(client, _time), Some.Request(Some.Span()).ToByteArray());

        Assert.Equal(Outcome.Delivered, delivery.Response.Outcome);
        Assert.Equal(3, delivery.Attempts);
        Assert.Equal(3, dynatrace.Requests);
        Assert.Equal(0, delivery.SentBytes % 3);
        Assert.Single(dynatrace.Spans);
    }

    [Fact]
    public void TheBudgetStartsWithTheFirstAttempt()
    {
        var budget = Budget();
        _time.Advance(TimeSpan.FromMinutes(1)); // Redaction takes its time.

        Assert.True(budget.TryBegin(DateTimeOffset.MaxValue, out var first));
        _time.Advance(TimeSpan.FromSeconds(35));
        Assert.True(budget.TryBegin(DateTimeOffset.MaxValue, out var second));
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(TimeSpan.FromSeconds(15), first);
        Assert.Equal(TimeSpan.FromSeconds(10), second);
        Assert.False(budget.TryBegin(DateTimeOffset.MaxValue, out _));
    }

    [Fact]
    public void NoAttemptOutlastsTheSpans()
    {
        var budget = Budget();

        Assert.True(budget.TryBegin(Some.Now.AddSeconds(7), out var timeout));
        Assert.False(budget.TryBegin(Some.Now.AddSeconds(4), out _));

        Assert.Equal(TimeSpan.FromSeconds(7), timeout);
        Assert.False(budget.TryGetDelay(new Response { Outcome = Outcome.RetryLater }, Some.Now.AddSeconds(5), 1, 0, out _));
    }

    private RetryBudget Budget() => new(TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(15), _time);

    private Task<(Response Response, int Attempts, long SentBytes)> SendAsync(RequestSender sender, ReadOnlyMemory<byte> export) =>
        _time.RunAsync(sender.SendAsync(export, Budget(), DateTimeOffset.MaxValue, TestContext.Current.CancellationToken));

    /// <summary>Counts how often its bytes are looked at.</summary>
    private sealed class WatchedMemory : MemoryManager<byte>
    {
        private readonly byte[] _bytes = new byte[1_000];

        public int Reads { get; private set; }

        public override Memory<byte> Memory => CreateMemory(_bytes.Length);

        public override Span<byte> GetSpan()
        {
            Reads++;
            return _bytes;
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
