using Google.Protobuf;
using Microsoft.Extensions.Logging;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Otlp.Schema;
using SpanRelay.Pipeline;
using SpanRelay.Redaction.Detectors.Credentials;
using SpanRelay.Tests.DeadLetters;

namespace SpanRelay.Tests;

/// <summary>The whole way in one process, against the strict Dynatrace stand-in.</summary>
public sealed class RelayTests : IAsyncLifetime
{
    private readonly SteppedTime _time = new(Some.Now);
    private readonly CollectingLogger<Relay> _log = new();
    private readonly CollectingDeadLetterStore _store = new();
    private DynatraceServer _dynatrace = null!;
    private DynatraceClient? _client;

    public async ValueTask InitializeAsync()
    {
        _dynatrace = await DynatraceServer.StartAsync(new DynatraceServerOptions { TimeProvider = _time }, TestContext.Current.CancellationToken);
        _dynatrace.AddToken(new DynatraceToken(Some.Token, [DynatraceToken.ClassicIngestScope]));
    }

    public ValueTask DisposeAsync()
    {
        _client?.Dispose();
        return _dynatrace.DisposeAsync();
    }

    [Fact]
    public async Task EventsOfABatchArriveInOneRequest()
    {
        var report = await ForwardAsync([Export(1), Export(2), Export(3)]);

        Assert.True(report.IsSettled);
        Assert.Equal(3, report.Events);
        Assert.Equal(3, report.Spans);
        Assert.Equal(3, report.SpansDelivered);
        Assert.Equal(1, report.Requests);
        var request = Assert.Single(_dynatrace.Requests);
        Assert.Equal("application/x-protobuf", request.Headers["Content-Type"]);
        Assert.Equal("gzip", request.Headers["Content-Encoding"]);
        Assert.Equal($"Api-Token {Some.Token}", request.Headers["Authorization"]);
        Assert.Equal(request.CompressedLength, report.BytesOut);
        Assert.Equal([1, 2, 3], SpansReceived());
    }

    [Fact]
    public async Task ABatchThatExceedsARequestIsSentAsSeveral()
    {
        var large = Some.Request([.. Enumerable.Range(1, 600).Select(i => Some.Span(i))]).ToByteArray();

        var report = await ForwardAsync([Export(1000), large, Export(1001)], maxRequestBytes: 10_000);

        Assert.Equal(602, report.SpansDelivered);
        Assert.InRange(report.Requests, 4, 20);
        Assert.All(_dynatrace.Requests, request => Assert.InRange(request.Body.Length, 1, 10_000));
        Assert.Equal([.. Enumerable.Range(1, 600), 1000, 1001], SpansReceived().Order());
    }

    [Fact]
    public async Task FourRequestsOfALargeBatchAreOnTheWayAtOnce()
    {
        var (now, most) = (0, 0);
        var four = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _dynatrace.OnRequest = async (_, cancellationToken) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            if (most == 4)
                four.TrySetResult();
            await four.Task.WaitAsync(cancellationToken);
            Interlocked.Decrement(ref now);
        };

        var report = await ForwardAsync([Some.Request([.. Enumerable.Range(1, 600).Select(i => Some.Span(i))]).ToByteArray()], maxRequestBytes: 10_000);

        Assert.Equal(600, report.SpansDelivered);
        Assert.Equal(4, most);
    }

    [Fact]
    public async Task ACancelledInvocationThrowsAndRemembersDeliveredSpans()
    {
        using var ended = new CancellationTokenSource();
        var options = new RelayOptions { Dynatrace = Some.Dynatrace(_dynatrace.BaseAddress), MaxRequestBytes = 10_000, MaxParallelRequests = 1 };
        using var client = new DynatraceClient(options.Dynatrace, _time);
        var relay = new Relay(options, client, new CollectingDeadLetterStore(), _time, _log);
        var large = Some.Request([.. Enumerable.Range(1, 600).Select(i => Some.Span(i))]).ToByteArray();
        _dynatrace.OnRequest = async (_, cancellationToken) =>
        {
            if (_dynatrace.Requests.Count < 3)
                return;
            _dynatrace.OnRequest = null;
            await ended.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        var batch = Some.Batch(large);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _time.RunAsync(relay.ForwardAsync(batch, ended.Token)));

        var again = Some.Batch(large);
        var report = await _time.RunAsync(relay.ForwardAsync(again, TestContext.Current.CancellationToken));

        Assert.InRange(report.SpansSettledBefore, 1, 300);
        Assert.Equal(600, report.SpansSettledBefore + report.SpansDelivered);
        Assert.Equal(600, SpansReceived().Distinct().Count());
    }

    [Fact]
    public async Task AnUnreadableEventCostsItsNeighborsNothing()
    {
        var report = await ForwardAsync([Export(1), "plain text"u8.ToArray(), [], Export(2)]);

        Assert.True(report.IsSettled);
        Assert.Equal(2, report.SpansDelivered);
        Assert.Equal(2, report.UndecodableEvents);
        Assert.Equal(
            [
                "Error: Quarantined an event that cannot be read: partition 3, sequence number 42, 10 bytes. The body is not valid protobuf.",
                "Error: Quarantined an event that cannot be read: partition 3, sequence number 43, 0 bytes. The event has no body.",
            ],
            _log.Lines);
    }

    [Fact]
    public async Task ASpanWithoutIdsIsDeadLetteredAloneAndItsNeighborsAreDelivered()
    {
        var noTraceId = new Span(Some.Span(2)) { TraceId = ByteString.Empty };
        var shortSpanId = new Span(Some.Span(3)) { SpanId = ByteString.CopyFrom(1, 2, 3) };
        var zeros = new Span(Some.Span(4)) { TraceId = ByteString.CopyFrom(new byte[16]) };

        var report = await ForwardAsync([Some.Request(Some.Span(1), noTraceId, shortSpanId, zeros, Some.Span(5)).ToByteArray(), Export(6)]);

        Assert.True(report.IsSettled);
        Assert.Equal([1, 5, 6], SpansReceived());
        Assert.Equal(3, report.SpansDeadLettered);
        var (letter, payload) = Assert.Single(_store.Kept);
        Assert.Equal(DeadLetterReason.WithoutIds, letter.Reason);
        Assert.Equal(3, ExportTraceServiceRequest.Parser.ParseFrom(payload).Spans().Count());
        Assert.Equal("Error: Dead-lettered 3 spans without a trace id or span id, which Dynatrace rejects: partition 3, sequence number 41.", Assert.Single(_log.Lines));
    }

    [Fact]
    public async Task WhileNothingCanBeStoredTheNeighborsAreDeliveredAndRemembered()
    {
        _store.Problem = "The account is away.";
        byte[][] bodies = [Export(1), "plain text"u8.ToArray(), Some.Request(Some.Span(2, end: Some.Now - TimeSpan.FromHours(2)), Some.Span(3)).ToByteArray(), Export(4)];
        var relay = Relay(4_000_000, _dynatrace.BaseAddress, 4);

        var first = await ForwardAsync(relay, bodies);
        _store.Problem = null;
        var second = await ForwardAsync(relay, bodies);

        Assert.Equal([1, 3, 4], SpansReceived());
        Assert.Equal(1, first.SpansHeld);
        Assert.Equal(1, first.UndecodableHeld);
        Assert.Equal(3, second.SpansSettledBefore);
        Assert.Equal(1, second.SpansDeadLettered);
        Assert.Equal(1, second.UndecodableEvents);
        Assert.True(second.IsSettled);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(61, false)]
    public async Task HoweverLongItsNeighborTakesASpanIsSentWhileDynatraceAcceptsIt(int minutes, bool isSent)
    {
        _store.OnPut = isBefore => _time.Advance(isBefore ? TimeSpan.FromMinutes(minutes) : TimeSpan.Zero);

        var report = await ForwardAsync([Export(1), "plain text"u8.ToArray()]);

        Assert.Equal(isSent ? [1] : [], SpansReceived());
        Assert.Equal(isSent ? 0 : 1, report.SpansHeld);
        Assert.Equal(1, report.UndecodableEvents);
    }

    [Fact]
    public async Task AnAccountThatTakesLongToFailIsNotWaitedForAgainAndAgain()
    {
        _store.OnPut = _ =>
        {
            _time.Advance(TimeSpan.FromSeconds(12));
            throw new DeadLetterStoreException("No response.");
        };

        var report = await ForwardAsync([.. Enumerable.Repeat("plain text"u8.ToArray(), 15), Export(1)]);

        Assert.Equal(2, _store.Puts);
        Assert.Equal(15, report.UndecodableHeld);
        Assert.Equal([1], SpansReceived());
    }

    [Fact]
    public async Task ManyRejectedSpansCostOneRequestEachAndOneDeadLetter()
    {
        var poisonous = Some.Request([.. Enumerable.Range(1, 2_000).Select(i => Some.Span(i, "poison"))]).ToByteArray();
        await using var picky = await PickyServer.StartAsync(body => body.Contains("poison"), TestContext.Current.CancellationToken);

        var report = await ForwardAsync([Export(3_000), poisonous, Export(3_001)], environment: picky.Address);

        Assert.Equal(2, report.SpansDelivered);
        Assert.Equal(2_000, report.SpansDeadLettered);
        Assert.InRange(report.Requests, 2_000, 2_040);
        var (letter, payload) = Assert.Single(_store.Kept);
        Assert.Equal(2_000, letter.Spans);
        Assert.Equal(2_000, ExportTraceServiceRequest.Parser.ParseFrom(payload).Spans().Count());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(307)]
    public async Task OnceSomethingIsHeldTheRestIsNotSent(int status)
    {
        _dynatrace.FailNext(1, new Fault
        {
            Status = status,
            Body = "{\"error\":{\"code\":1,\"message\":\"why\"}}",
            Headers = new Dictionary<string, string> { ["Retry-After"] = "600" },
        });

        var report = await ForwardAsync([Export(1), Some.Request([.. Enumerable.Range(2, 600).Select(i => Some.Span(i))]).ToByteArray()], maxRequestBytes: 10_000, parallel: 1);

        Assert.False(report.IsSettled);
        Assert.Equal(601, report.SpansHeld);
        Assert.Equal(0, report.SpansDelivered);
        Assert.Equal(0, report.SpansDeadLettered);
        Assert.Single(_dynatrace.Requests);
        Assert.Contains("why", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.StartsWith("Warning: Held 601 spans of partition 3, which stay in the Event Hub and are redelivered: ", _log.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABrokenConnectionIsRetried()
    {
        _dynatrace.FailNext(2, new Fault { Abort = FaultAbort.BeforeAccepting });

        var report = await ForwardAsync([Export(1)]);

        Assert.Equal(1, report.SpansDelivered);
        Assert.Equal(3, report.Requests);
        Assert.Equal(2, _time.Waits.Count);
    }

    [Fact]
    public async Task ARefusedConnectionIsHeld()
    {
        await _dynatrace.DisposeAsync();

        Assert.Equal(1, (await ForwardAsync([Export(1)])).SpansHeld);
    }

    [Fact]
    public async Task OfARejectedRequestTheCulpritAloneIsDeadLettered()
    {
        var culprit = Some.Request(new Span(Some.Span(7)) { Name = "poison" }).ToByteArray();
        await using var picky = await PickyServer.StartAsync(body => body.Contains("poison"), TestContext.Current.CancellationToken);

        var report = await ForwardAsync([Export(1), Export(2), culprit, Export(3)], environment: picky.Address);

        Assert.True(report.IsSettled);
        Assert.Equal(3, report.SpansDelivered);
        Assert.Equal(1, report.SpansDeadLettered);
        Assert.Equal(
            "Error: Dead-lettered 1 spans that Dynatrace rejects: partition 3, sequence number 43, status 400. \"no poison here\"",
            Assert.Single(_log.Lines));
    }

    [Fact]
    public async Task ASpanBeyondTheSizeLimitIsDeadLetteredUnsent()
    {
        var span = Some.Span();
        span.Attributes.Add(Some.Attribute("big", new string('x', DynatraceLimits.MaxRequestBytes)));

        var report = await ForwardAsync([Some.Request(span).ToByteArray(), Export(2)]);

        Assert.Equal(1, report.SpansDeadLettered);
        Assert.Equal(1, report.SpansDelivered);
        Assert.Equal(1, report.Requests);
        Assert.StartsWith("Error: Dead-lettered 1 spans", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task APartialSuccessDeadLettersTheWholeRequestSinceTheRejectedSpansAreUnknown()
    {
        _dynatrace.FailNext(1, new Fault { RejectedSpans = 2, ErrorMessage = "too old" });

        var report = await ForwardAsync([Some.Request(Some.Span(1), Some.Span(2), Some.Span(3)).ToByteArray()]);

        Assert.True(report.IsSettled);
        Assert.Equal(1, report.SpansDelivered);
        Assert.Equal(2, report.SpansDeadLettered);
        Assert.Equal(
            "Error: Dead-lettered 3 spans of a request that Dynatrace accepted in part, since it does not say which 2 spans it rejected: partition 3, sequence number 41. \"too old\"",
            Assert.Single(_log.Lines));
    }

    [Fact]
    public async Task AResponseThatIsNotFromDynatraceIsHeld()
    {
        _dynatrace.FailNext(1, new Fault { Status = 200, Body = "<html>Please sign in</html>", ContentType = "text/html" });

        var report = await ForwardAsync([Export(1)]);

        Assert.Equal(1, report.SpansHeld);
        Assert.Contains("Please sign in", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABatchWithoutSpansSendsNothing()
    {
        var report = await ForwardAsync([Some.Request().ToByteArray()]);

        Assert.True(report.IsSettled);
        Assert.Empty(_dynatrace.Requests);
    }

    [Fact]
    public async Task TheAgeOfTheOldestSpanIsReported()
    {
        var report = await ForwardAsync([Export(1), Some.Request(Some.Span(2, end: Some.Now - TimeSpan.FromSeconds(90))).ToByteArray()]);

        Assert.Equal(90, report.OldestSpanSeconds);
    }

    private static byte[] Export(int id) => Some.Request(Some.Span(id)).ToByteArray();

    private IEnumerable<int> SpansReceived() =>
        _dynatrace.Spans.Select(received => Convert.ToInt32(Convert.ToHexString(received.Span.SpanId.Span), 16));

    private Task<RelayReport> ForwardAsync(byte[][] bodies, int maxRequestBytes = 4_000_000, Uri? environment = null, int parallel = 4) =>
        ForwardAsync(Relay(maxRequestBytes, environment ?? _dynatrace.BaseAddress, parallel), bodies);

    private Task<RelayReport> ForwardAsync(Relay relay, byte[][] bodies) =>
        _time.RunAsync(relay.ForwardAsync(Some.Batch(bodies), TestContext.Current.CancellationToken));

    private Relay Relay(int maxRequestBytes, Uri environment, int parallel)
    {
        var options = new RelayOptions
        {
            Dynatrace = Some.Dynatrace(environment),
            MaxRequestBytes = maxRequestBytes,
            MaxParallelRequests = parallel,
        };
        _client = new DynatraceClient(options.Dynatrace, _time);
        return new Relay(options, _client, _store, _time, _log);
    }
}
