using System.Globalization;
using CsCheck;
using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.GenAi.Metrics;
using SpanRelay.Otlp.Schema;
using SpanRelay.Pipeline;
using SpanRelay.Tests.DeadLetters;
using SpanRelay.Tests.Dynatrace;
using SpanRelay.Tests.GenAi.Metrics;
using SpanRelay.Tests.Redaction.Oracle;
using SpanRelay.Tests.Rotation;

namespace SpanRelay.Tests.Pipeline;

/// <summary>Metrics against a recount of what Dynatrace has, through whatever happens to batches.</summary>
public sealed class MetricsRedeliveryTests
{
    private static readonly Gen<Span[][]> Events = ModelSpans.Any.Array[0, 10].Array[1, 10];

    [Fact]
    public Task MetricsEqualARecountOfTheDeliveredSpansWhateverFails() =>
        Gen.Select(Events.Array[1, 4], Gen.Int[400, 6_000], Gen.Int[1, 4], Gen.Int[0, 60], Gen.Int[0, int.MaxValue - 1])
            .SampleAsync((partitions, maxBytes, parallel, failingPercent, seed) => CompareAsync(partitions, maxBytes, parallel, failingPercent, new Random(seed)), iter: LongTests.Times(150));

    [Fact]
    public Task AcrossKillsNoSpanIsCountedTwice() =>
        Gen.Select(Events, Gen.Int[400, 6_000], Gen.Int[0, int.MaxValue - 1])
            .SampleAsync((events, maxBytes, seed) => SurviveAsync(events, maxBytes, new Random(seed)), iter: LongTests.Times(150));

    [Fact]
    public async Task NothingIsSentBeforeTheBatchIsSettled()
    {
        var time = new SteppedTime(Some.Now);
        var fails = true;
        using var dynatrace = new FakeDynatrace(export => fails && export.Spans().Any(span => span.Name == "later") ? Later() : FakeDynatrace.Accepted());
        using var client = dynatrace.Client(time);
        await using var relay = Create(client, time, maxBytes: 10_000);
        var later = ModelSpans.Call(2);
        later.Name = "later";
        byte[][] bodies = [Some.Request(ModelSpans.Call(1), new Span(Some.Span(9)) { Name = new string('x', 9_900) }).ToByteArray(), Some.Request(later).ToByteArray()];

        var first = await ForwardAsync(relay, time, bodies);
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, dynatrace.MetricRequests);
        fails = false;
        await ForwardAsync(relay, time, bodies);
        await StopAsync(relay, time);

        Assert.InRange(first.SpansDelivered, 1, 2);
        Assert.NotEmpty(Recount.Of(dynatrace.Metrics).Lines);
        Assert.Equal(Recount.Of(dynatrace.Exports).Lines, Recount.Of(dynatrace.Metrics).Lines);
        Assert.Equal(3, dynatrace.Spans.Count);
    }

    [Fact]
    public async Task AHeldBatchThatAnotherInstanceDeliversIsCountedThere()
    {
        var time = new SteppedTime(Some.Now);
        var fails = true;
        using var dynatrace = new FakeDynatrace(export => fails && export.Spans().Any(span => span.SpanId[7] == 2) ? Later() : FakeDynatrace.Accepted());
        using var client = dynatrace.Client(time);
        await using var first = Create(client, time, maxBytes: 10_000);
        await using var second = Create(client, time, maxBytes: 10_000);
        byte[][] held = [Some.Request(ModelSpans.Call(1), new Span(Some.Span(9)) { Name = new string('x', 9_900) }).ToByteArray(), Some.Request(ModelSpans.Call(2)).ToByteArray()];

        Assert.False((await ForwardAsync(first, time, held)).IsSettled);
        fails = false;
        Assert.True((await ForwardAsync(second, time, held)).IsSettled);
        var next = new EventBatch("3", [new IncomingEvent(Some.Request(ModelSpans.Call(3)).ToByteArray(), 43)]);
        await time.RunAsync(first.ForwardAsync(next, TestContext.Current.CancellationToken));
        await StopAsync(first, time);
        await StopAsync(second, time);

        var distinct = dynatrace.Exports.SelectMany(export => export.ResourceSpans[0].ScopeSpans[0].Spans).DistinctBy(span => span.SpanId);
        Assert.Equal(Recount.Of([Some.Request([.. distinct])]).Lines, Recount.Of(dynatrace.Metrics).Lines);
    }

    [Fact]
    public async Task SpansOfARequestThatWasRefusedInPartAreNotCounted()
    {
        var time = new SteppedTime(Some.Now);
        using var dynatrace = new FakeDynatrace(_ => new HttpResponseMessage
        {
            Content = new ByteArrayContent(new ExportTraceServiceResponse { PartialSuccess = new ExportTracePartialSuccess { RejectedSpans = 1 } }.ToByteArray()),
        });
        using var client = dynatrace.Client(time);
        await using var relay = Create(client, time, maxBytes: 10_000);

        var report = await ForwardAsync(relay, time, [Some.Request(ModelSpans.Call(1), ModelSpans.Call(2)).ToByteArray()]);
        await StopAsync(relay, time);

        Assert.Equal(1, report.SpansDelivered);
        Assert.Equal(0, Recount.Of(dynatrace.Metrics).Count);
    }

    [Fact]
    public async Task WithoutTheSettingNothingIsSent()
    {
        var time = new SteppedTime(Some.Now);
        using var dynatrace = new FakeDynatrace(_ => FakeDynatrace.Accepted());
        using var client = dynatrace.Client(time);
        await using var relay = new Relay(new RelayOptions { Dynatrace = Some.Dynatrace() }, client, new CollectingDeadLetterStore(), time, new CollectingLogger<Relay>());

        await ForwardAsync(relay, time, [Some.Request(ModelSpans.Call(1)).ToByteArray()]);
        await StopAsync(relay, time);

        Assert.Equal(0, dynatrace.MetricRequests);
        Assert.Single(dynatrace.Spans);
    }

    private static async Task CompareAsync(Span[][][] partitions, int maxBytes, int parallel, int failingPercent, Random chance)
    {
        var time = new SteppedTime(Some.Now);
        var fails = true;
        using var dynatrace = new FakeDynatrace(_ => fails && chance.Next(100) < failingPercent ? Failure(chance) : FakeDynatrace.Accepted());
        dynatrace.AnswerMetrics = _ => fails && chance.Next(100) < failingPercent ? FakeDynatrace.Status(chance.Next(2) == 0 ? 403 : 503) : FakeDynatrace.Accepted();
        using var client = dynatrace.Client(time);
        await using var relay = Create(client, time, maxBytes, parallel);
        var batches = partitions.Select((events, partition) => Batch(events, partition)).ToList();

        for (var attempt = 0; batches.Count > 0; attempt++)
        {
            fails = attempt < 4;
            var reports = await Task.WhenAll(batches.Select(batch => time.RunAsync(relay.ForwardAsync(batch, TestContext.Current.CancellationToken))));
            batches = [.. batches.Where((_, i) => !reports[i].IsSettled)];
            Assert.InRange(attempt, 0, 40);
            time.Advance(TimeSpan.FromSeconds(10));
        }

        fails = false;
        await StopAsync(relay, time);
        Assert.Equal(partitions.Sum(events => events.Sum(each => each.Length)), dynatrace.Spans.Count);
        Assert.Equal(Recount.Of(dynatrace.Exports, byTeam: true).Lines, Recount.Of(dynatrace.Metrics).Lines);
    }

    /// <summary>Each attempt may be a new process, which may end whenever Dynatrace has accepted spans; the old one's metrics are gone.</summary>
    private static async Task SurviveAsync(Span[][] events, int maxBytes, Random chance)
    {
        var exports = new List<ExportTraceServiceRequest>();
        var metrics = new List<SpanRelay.Fakes.Dynatrace.ReceivedMetric>();
        for (var process = 0; ; process++)
        {
            var time = new SteppedTime(Some.Now);
            using var killed = new CancellationTokenSource();
            var left = process < 6 ? chance.Next(1, 8) : int.MaxValue;
            using var dynatrace = new FakeDynatrace(_ => killed.IsCancellationRequested ? throw new OperationCanceledException() : --left == 0 ? Kill(killed) : chance.Next(4) == 0 ? Failure(chance) : FakeDynatrace.Accepted());
            using var client = dynatrace.Client(time);
            var relay = Create(client, time, maxBytes);
            var isSettled = false;
            try
            {
                for (var attempt = 0; attempt < 40 && !isSettled; attempt++)
                    isSettled = (await time.RunAsync(relay.ForwardAsync(Batch(events, 0), killed.Token))).IsSettled;
                if (isSettled)
                    await StopAsync(relay, time);
            }
            catch (OperationCanceledException) when (killed.IsCancellationRequested)
            {
            }

            exports.AddRange(dynatrace.Exports);
            metrics.AddRange(dynatrace.Metrics);
            if (isSettled)
                break;
        }

        var distinct = exports.SelectMany(export => export.ResourceSpans).SelectMany(resource => resource.ScopeSpans.SelectMany(scope => scope.Spans.Select(span => (resource.Resource, Span: span)))).DistinctBy(each => each.Span.SpanId);
        var delivered = Recount.Of(distinct, byTeam: true);
        Assert.True(Recount.Of(metrics).IsWithin(delivered), string.Join('\n', delivered.Lines.Concat(Recount.Of(metrics).Lines)));
    }

    private static HttpResponseMessage Kill(CancellationTokenSource process)
    {
        process.Cancel();
        return FakeDynatrace.Accepted();
    }

    private static EventBatch Batch(Span[][] events, int partition)
    {
        var id = 0;
        return new EventBatch(
            partition.ToString(CultureInfo.InvariantCulture),
            [.. events.Select((spans, i) => new IncomingEvent(Some.Request([.. spans.Select(span => WithId(span, partition, ++id))]).ToByteArray(), i))]);
    }

    private static Span WithId(Span span, int partition, int id) => new(span)
    {
        TraceId = ByteString.CopyFrom([.. new byte[14], (byte)(partition + 1), (byte)id]),
        SpanId = ByteString.CopyFrom([.. new byte[6], (byte)(partition + 1), (byte)id]),
    };

    private static HttpResponseMessage Failure(Random chance) => chance.Next(4) switch
    {
        0 => FakeDynatrace.Status(503),
        1 => Later(),
        2 => throw new HttpRequestException(HttpRequestError.ConnectionError, "reset"),
        _ => FakeDynatrace.Status(401),
    };

    private static HttpResponseMessage Later()
    {
        var response = FakeDynatrace.Status(429);
        response.Headers.Add("Retry-After", "600");
        return response;
    }

    private static Relay Create(DynatraceClient client, SteppedTime time, int maxBytes, int parallel = 4)
    {
        var options = new RelayOptions { Dynatrace = Some.Dynatrace(), MaxRequestBytes = maxBytes, MaxParallelRequests = parallel, Metrics = new MetricsOptions { ByTeam = true } };
        return new Relay(options, client, new CollectingDeadLetterStore(), time, new CollectingLogger<Relay>());
    }

    private static async Task<RelayReport> ForwardAsync(Relay relay, SteppedTime time, byte[][] bodies)
    {
        var batch = Some.Batch(bodies);
        return await time.RunAsync(relay.ForwardAsync(batch, TestContext.Current.CancellationToken));
    }

    private static Task<int> StopAsync(Relay relay, SteppedTime time)
    {
        return time.RunAsync(Stopped());

        async Task<int> Stopped()
        {
            await relay.DisposeAsync();
            return 0;
        }
    }
}
