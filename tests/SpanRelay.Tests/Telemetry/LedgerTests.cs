using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Otlp.Schema;
using SpanRelay.Pipeline;
using SpanRelay.Telemetry;
using SpanRelay.Tests.DeadLetters;

namespace SpanRelay.Tests.Telemetry;

/// <summary>Whatever happens to a batch, its spans and events are measured as exactly one outcome each.</summary>
public sealed class LedgerTests : IAsyncLifetime
{
    private const string Planted = "planted-by-a-sender";

    private readonly SteppedTime _time = new(Some.Now);
    private readonly CollectingDeadLetterStore _store = new();
    private DynatraceServer _dynatrace = null!;
    private PickyServer _picky = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _dynatrace = await DynatraceServer.StartAsync(new DynatraceServerOptions { TimeProvider = _time }, Stop);
        _dynatrace.AddToken(new DynatraceToken(Some.Token, [DynatraceToken.ClassicIngestScope]));
        _picky = await PickyServer.StartAsync(body => body.Contains("poison"), Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _picky.DisposeAsync();
        await _dynatrace.DisposeAsync();
    }

    [Fact]
    public async Task EachOutcomeIsCountedOnceAndTogetherTheyAreWhatCameIn()
    {
        using var metrics = CollectedMetrics.Start();
        var (relay, client) = Open(_dynatrace.BaseAddress);
        using var _ = client;

        await ForwardAsync(relay, metrics, Batch(Export(1), Export(2), "plain text"u8.ToArray(), Export(3, Some.Now - TimeSpan.FromHours(2)), NoIds(4)));
        Assert.Equal((3, 2, 1), (Outcome(metrics, "delivered"), Outcome(metrics, "dead_lettered"), EventOutcome(metrics, "quarantined")));

        _dynatrace.FailNext(1, new Fault { RejectedSpans = 2, ErrorMessage = "why" });
        await ForwardAsync(relay, metrics, Batch(Export(5, 6, 7)));
        Assert.Equal((4, 4), (Outcome(metrics, "delivered"), Outcome(metrics, "dead_lettered")));

        // Held for Dynatrace, then for the storage account, then delivered.
        var batch = Batch(Export(8), "no text"u8.ToArray(), Export(9, Some.Now - TimeSpan.FromHours(2)));
        _dynatrace.FailNext(1, new Fault { Status = 503, Headers = new Dictionary<string, string> { ["Retry-After"] = "600" } });
        _store.Problem = "The account is away.";
        await ForwardAsync(relay, metrics, batch);
        Assert.Equal((2, 1), (Outcome(metrics, "held"), EventOutcome(metrics, "held")));
        await ForwardAsync(relay, metrics, batch);
        Assert.Equal((3, 2, 5), (Outcome(metrics, "held"), EventOutcome(metrics, "held"), Outcome(metrics, "delivered")));
        _store.Problem = null;
        await ForwardAsync(relay, metrics, batch);
        Assert.Equal((1, 5, 2), (Outcome(metrics, "settled_before"), Outcome(metrics, "dead_lettered"), EventOutcome(metrics, "quarantined")));

        // Quarantined and refused at first, and redelivered.
        var refused = Batch("what"u8.ToArray(), Export(10));
        _dynatrace.FailNext(1, new Fault { Status = 401 });
        await ForwardAsync(relay, metrics, refused);
        Assert.Equal(1, metrics.Observe(RelayMetrics.GateClosed));
        _time.Advance(TimeSpan.FromSeconds(30));
        await ForwardAsync(relay, metrics, refused);
        Assert.Equal(1, EventOutcome(metrics, "settled_before"));

        var (rejecting, other) = Open(_picky.Address);
        using var __ = other;
        await ForwardAsync(rejecting, metrics, Batch(Export(11), Poison(12), Export(13)) with { IsReplay = true });
        Assert.Equal(2, metrics.All.Where(each => each.Instrument == RelayMetrics.Spans && each.Tags.Contains(new("source", "replay")) && each.Tags.Contains(new("outcome", "delivered"))).Sum(each => each.Value));
        AssertSafe(metrics);
    }

    [Fact]
    public async Task WhatAnAbortedBatchLeavesUnsettledCountsAsHeld()
    {
        using var metrics = CollectedMetrics.Start();
        using var ended = new CancellationTokenSource();
        var (relay, client) = Open(_dynatrace.BaseAddress, maxRequestBytes: 10_000);
        using var _ = client;
        var large = Export([.. Enumerable.Range(1, 600)]);
        _dynatrace.OnRequest = async (_, cancellationToken) =>
        {
            if (_dynatrace.Requests.Count < 3)
                return;
            _dynatrace.OnRequest = null;
            await ended.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _time.RunAsync(relay.ForwardAsync(Batch(large, "plain text"u8.ToArray(), Export(1_000)), ended.Token)));

        AssertBalanced(metrics);
        Assert.InRange(Outcome(metrics, "held"), 300, 599);
        Assert.InRange(EventOutcome(metrics, "held"), 1, 2);
        Assert.Equal("aborted", Assert.Single(metrics.All, each => each.Instrument == RelayMetrics.BatchDuration).Tags[0].Value);
    }

    [Fact]
    public async Task OperatorsSeeHowFarBehindAPartitionIs()
    {
        using var metrics = CollectedMetrics.Start();
        var (relay, client) = Open(_dynatrace.BaseAddress);
        using var _ = client;
        var events = new[] { new IncomingEvent(Export(1, Some.Now - TimeSpan.FromMinutes(5)), 41, Some.Now - TimeSpan.FromMinutes(4)), new IncomingEvent(Export(2), 42, Some.Now) };

        await _time.RunAsync(relay.ForwardAsync(new EventBatch("7", events), Stop));
        await _time.RunAsync(relay.ForwardAsync(new EventBatch("7'; drop", events), Stop));

        var lags = metrics.All.Where(each => each.Instrument == RelayMetrics.BatchLag).ToList();
        Assert.Equal([240, 240], lags.Select(each => each.Value));
        Assert.Equal(["7", "other"], lags.Select(each => each.Tags.Single().Value));
        Assert.InRange(metrics.Values(RelayMetrics.OldestSpanAge).First(), 300, 301);
    }

    [Fact]
    public async Task RequestsAreMeasuredByOutcomeAndRepetitionsByWhetherTheyMayDuplicate()
    {
        using var metrics = CollectedMetrics.Start();
        var (relay, client) = Open(_dynatrace.BaseAddress);
        using var _ = client;
        _dynatrace.FailNext(1, new Fault { Status = 503 });
        _dynatrace.FailNext(1, new Fault { Abort = FaultAbort.AfterAccepting });

        await _time.RunAsync(relay.ForwardAsync(Batch(Export(1)), Stop));

        var requests = metrics.All.Where(each => each.Instrument == RelayMetrics.RequestDuration).Select(each => string.Join(' ', each.Tags.Select(tag => tag.Value)));
        Assert.Equal(["traces retry_later 503", "traces retry_later connection_broken", "traces delivered 200"], requests);
        Assert.Equal((1, 1), (metrics.Sum(RelayMetrics.RequestsRepeated, "may_duplicate", true), metrics.Sum(RelayMetrics.RequestsRepeated, "may_duplicate", false)));
    }

    /// <summary>Attributes are those that are documented, and nothing that a sender wrote is in them.</summary>
    private static void AssertSafe(CollectedMetrics metrics)
    {
        var declared = RelayMetrics.All.ToDictionary(each => each.Instrument, each => each.Attributes);
        foreach (var (instrument, _, tags) in metrics.All)
        {
            Assert.Subset(declared[instrument].ToHashSet(), tags.Select(tag => tag.Key).ToHashSet());
            Assert.DoesNotContain(tags, tag => $"{tag.Value}".Contains(Planted, StringComparison.Ordinal));
        }

        Assert.InRange(metrics.All.Select(each => each.Instrument).Distinct().Count(), 14, int.MaxValue);
    }

    private static void AssertBalanced(CollectedMetrics metrics)
    {
        Assert.Equal(metrics.Sum(RelayMetrics.SpansReceived), metrics.Sum(RelayMetrics.Spans));
        Assert.All(metrics.Values(RelayMetrics.Spans).Concat(metrics.Values(RelayMetrics.Events)), count => Assert.InRange(count, 0, double.MaxValue));
    }

    private async Task ForwardAsync(Relay relay, CollectedMetrics metrics, EventBatch batch)
    {
        var eventsBefore = metrics.Sum(RelayMetrics.Events);
        var report = await _time.RunAsync(relay.ForwardAsync(batch, Stop));

        AssertBalanced(metrics);
        Assert.Equal(batch.Events.Count, metrics.Sum(RelayMetrics.Events) - eventsBefore);
        Assert.True(report.IsBalanced, report.ToJson());
    }

    private static long Outcome(CollectedMetrics metrics, string outcome) => metrics.Sum(RelayMetrics.Spans, "outcome", outcome);

    private static long EventOutcome(CollectedMetrics metrics, string outcome) => metrics.Sum(RelayMetrics.Events, "outcome", outcome);

    private static EventBatch Batch(params byte[][] bodies) => Some.Batch(bodies);

    private static byte[] Export(int id, DateTimeOffset end) => Export([Some.Span(id, end: end)]);

    private static byte[] Export(params int[] ids) => Export([.. ids.Select(id => Some.Span(id))]);

    private static byte[] NoIds(int id) => Export([new Span(Some.Span(id)) { SpanId = ByteString.Empty }, Some.Span(id + 100)]);

    private static byte[] Poison(int id) => Export([Some.Span(id, "poison")]);

    private static byte[] Export(Span[] spans)
    {
        foreach (var span in spans)
            span.Attributes.Add([Some.Attribute("gen_ai.prompt", Planted), Some.Attribute(Planted, "user@example.org")]);
        var request = Some.Request(spans);
        request.ResourceSpans[0].Resource.Attributes[0].Value = Some.Text(Planted);
        return request.ToByteArray();
    }

    private (Relay Relay, DynatraceClient Client) Open(Uri environment, int maxRequestBytes = 4_000_000)
    {
        var options = new RelayOptions { Dynatrace = Some.Dynatrace(environment), MaxRequestBytes = maxRequestBytes, MaxParallelRequests = 1 };
        var client = new DynatraceClient(options.Dynatrace, _time);
        return (new Relay(options, client, _store, _time, new CollectingLogger<Relay>()), client);
    }
}
