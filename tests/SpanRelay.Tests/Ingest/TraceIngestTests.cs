using Google.Protobuf;
using SpanRelay.Ingest;
using SpanRelay.Tests.DeadLetters;

namespace SpanRelay.Tests.Ingest;

public sealed class TraceIngestTests : IDisposable
{
    private readonly Deadline _deadline = new();
    private readonly SteppedTime _time = new(Some.Now);
    private readonly CollectingHub _hub = new();
    private readonly CollectingDeadLetterStore _store = new();
    private readonly CollectingLogger<TraceIngest> _log = new();

    public void Dispose() => _deadline.Dispose();

    [Fact]
    public async Task AnExportIsAcknowledgedWhenTheHubHasAllOfIt()
    {
        Assert.Equal(IngestReply.Accepted, await ReceiveAsync(Ingest(), Export()));
        Assert.Single(_hub.Events);
    }

    [Fact]
    public async Task WhileTheHubDoesNotAcceptItSendersAreToldToRetryAndTheLogSaysWhyOnceAMinute()
    {
        _hub.Failure = new HubFailure("The Event Hub throttles.", TimeSpan.FromSeconds(1));
        var ingest = Ingest();

        for (var i = 0; i < 3; i++)
        {
            var reply = await ReceiveAsync(ingest, Export());
            Assert.Equal((503, "1"), (reply.Status, reply.RetryAfterSeconds));
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        await ReceiveAsync(ingest, Export());
        Assert.Equal(Enumerable.Repeat("Warning: Exports are not accepted; their senders got 503 and retry. The Event Hub throttles.", 2), _log.Lines);
        Assert.Equal([LogEvents.IngestUnavailable, LogEvents.IngestUnavailable], _log.Events);

        _hub.Failure = null;
        Assert.Equal(200, (await ReceiveAsync(ingest, Export())).Status);
    }

    [Fact]
    public async Task DeadLetteredSpansCountAsRejectedAndTheRestIsInTheHub()
    {
        var broken = Some.Span(2);
        broken.SpanId = ByteString.Empty;

        var reply = await ReceiveAsync(Ingest(), Some.Request(Some.Span(1), broken).ToByteArray());

        Assert.Equal((200, 1), (reply.Status, reply.RejectedSpans));
        Assert.Equal("ingest", Assert.Single(_store.Letters).Partition);
        Assert.Single(_hub.Events);
    }

    [Fact]
    public async Task WhatCannotBeDeadLetteredIsNotAcknowledged()
    {
        _store.Problem = "no storage";
        var broken = Some.Span(2);
        broken.SpanId = ByteString.Empty;
        var export = Some.Request(Some.Span(1), broken).ToByteArray();
        var ingest = Ingest();

        Assert.Equal(503, (await ReceiveAsync(ingest, export)).Status);
        Assert.Empty(_hub.Events);
        _store.Problem = null;
        Assert.Equal(200, (await ReceiveAsync(ingest, export)).Status);
        Assert.Single(_store.Letters);
    }

    [Fact]
    public async Task MoreExportsThanFitAtOnceAreRefusedBeforeAnythingIsDoneWithThem()
    {
        var full = new TaskCompletionSource();
        _hub.OnSend = _ => full.Task;
        var ingest = Ingest();
        var exports = Enumerable.Range(0, 501).Select(_ => ReceiveAsync(ingest, Export())).ToList();

        var refused = await await Task.WhenAny(exports).WaitAsync(_deadline.Token);
        Assert.Equal((503, "1"), (refused.Status, refused.RetryAfterSeconds));
        full.SetResult();
        Assert.Equal(500, (await Task.WhenAll(exports)).Count(reply => reply.Status == 200));
        Assert.Equal(200, (await ReceiveAsync(ingest, Export())).Status);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("text/plain", null)]
    [InlineData("application/x-protobuf", "br")]
    [InlineData("application/x-protobuf", "gzip, gzip")]
    public async Task UnsupportedHeadersAreAnsweredWith415(string? contentType, string? contentEncoding)
    {
        var reply = await Ingest().ReceiveAsync(new IngestHeaders(contentType, contentEncoding), _ => throw new InvalidOperationException("read"), _deadline.Token);
        Assert.Equal(415, reply.Status);
    }

    [Fact]
    public async Task ABodyOverTheLimitIsAnsweredWith413BeforeItIsRead()
    {
        var headers = new IngestHeaders("application/x-protobuf", null, (64 * 1024 * 1024) + 1);
        Assert.Equal(413, (await Ingest().ReceiveAsync(headers, _ => throw new InvalidOperationException("read"), _deadline.Token)).Status);
        var withoutLength = headers with { ContentLength = null };
        Assert.Equal(413, (await Ingest().ReceiveAsync(withoutLength, Body(new byte[headers.ContentLength!.Value]), _deadline.Token)).Status);
    }

    [Fact]
    public async Task ABodyWithoutALengthIsTaken()
    {
        Assert.Equal(200, (await Ingest().ReceiveAsync(new IngestHeaders("application/x-protobuf", null), Body(Export()), _deadline.Token)).Status);
        Assert.Single(_hub.Events);
    }

    private static byte[] Export() => Some.Request(Some.Span()).ToByteArray();

    private Task<IngestReply> ReceiveAsync(TraceIngest ingest, byte[] export) =>
        ingest.ReceiveAsync(new IngestHeaders("application/x-protobuf", null, export.Length), Body(export), _deadline.Token);

    private static Func<CancellationToken, Task<ReadOnlyMemory<byte>>> Body(byte[] export) => _ => Task.FromResult<ReadOnlyMemory<byte>>(export);

    private TraceIngest Ingest() =>
        new(new IngestOptions { Hub = new HubOptions() }, new RelayOptions { Dynatrace = Some.Dynatrace() }, _hub, _store, _time, _log);
}
