using System.Net;
using CsCheck;
using Google.Protobuf;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Local.EventHub;
using SpanRelay.Otlp.Schema;
using SpanRelay.Pipeline;
using SpanRelay.Tests.DeadLetters;
using SpanRelay.Tests.Dynatrace;
using SpanRelay.Tests.Redaction.Oracle;
using SpanRelay.Tests.Rotation;

namespace SpanRelay.Tests.Pipeline;

/// <summary>Batches that are held and come again, as the Functions host brings them.</summary>
public sealed class RedeliveryTests
{
    private const string Poison = "poison";

    private enum Fate
    {
        Living,
        Poisonous,
        Old,
        Ahead,
        Endless,
    }

    [Fact]
    public async Task DeliveredSpansOfAHeldEventAreNotSentAgain()
    {
        var time = new SteppedTime(Some.Now);
        var log = new CollectingLogger<Relay>();
        var fails = true;
        using var dynatrace = new FakeDynatrace(export => fails && export.Spans().Any(span => span.Name == "later") ? LaterThanTheBudget() : FakeDynatrace.Accepted());
        var event1 = Some.Request([.. Enumerable.Range(1, 40).Select(i => Some.Span(i, name: i < 30 ? "first" : "later"))]);
        byte[][] bodies = [event1.ToByteArray(), "unreadable"u8.ToArray(), Some.Request(Some.Span(41)).ToByteArray()];
        var options = new RelayOptions { Dynatrace = Some.Dynatrace(), MaxRequestBytes = event1.CalculateSize() / 4, MaxParallelRequests = 1 };
        using var client = dynatrace.Client(time);
        var relay = new Relay(options, client, new CollectingDeadLetterStore(), time, log);

        var first = await ForwardAsync(relay, time, bodies);
        var delivered = dynatrace.Spans.Count;
        fails = false;
        var second = await ForwardAsync(relay, time, bodies);
        var third = await ForwardAsync(relay, time, bodies); // Settled meanwhile: whoever brings it now means it.

        Assert.InRange(delivered, 20, 29);
        Assert.Equal(delivered, (int)first.SpansDelivered);
        Assert.Equal(41 - delivered, (int)first.SpansHeld);
        Assert.Equal(0, first.SpansSettledBefore);
        Assert.Equal(41 - delivered, (int)second.SpansDelivered);
        Assert.Equal(0, second.SpansHeld);
        Assert.Equal((long)delivered, second.SpansSettledBefore);
        Assert.Equal(41, third.SpansDelivered);
        Assert.Equal(1, first.UndecodableEvents);
        Assert.Equal(0, second.UndecodableEvents);
        Assert.Equal(1, third.UndecodableEvents);
        Assert.Equal(82, dynatrace.Spans.Count);
        Assert.Equal(41, dynatrace.Spans.Take(41).Select(span => span.SpanId).Distinct().Count());
    }

    [Fact]
    public async Task SpansThatDynatraceWouldDropAreDeadLetteredAndTheOthersOfTheirEventDelivered()
    {
        var time = new SteppedTime(Some.Now);
        var log = new CollectingLogger<Relay>();
        using var dynatrace = new FakeDynatrace(_ => FakeDynatrace.Accepted());
        using var client = dynatrace.Client(time);
        var relay = new Relay(new RelayOptions { Dynatrace = Some.Dynatrace() }, client, new CollectingDeadLetterStore(), time, log);
        var endless = Some.Span(5);
        endless.EndTimeUnixNano = 0;
        var export = Some.Request(
            Some.Span(1, end: Some.Now - TimeSpan.FromMinutes(58)),
            Some.Span(2, end: Some.Now - TimeSpan.FromMinutes(58) - TimeSpan.FromMilliseconds(1)),
            Some.Span(3, end: Some.Now + TimeSpan.FromMinutes(9)),
            Some.Span(4, end: Some.Now + TimeSpan.FromMinutes(9) + TimeSpan.FromMilliseconds(1)),
            endless,
            Some.Span(6, end: Some.Now - TimeSpan.FromDays(400)));

        var report = await ForwardAsync(relay, time, [export.ToByteArray()]);

        Assert.Equal([1, 3], dynatrace.Spans.Select(span => (int)span.SpanId[7]));
        Assert.Equal(6, report.Spans);
        Assert.Equal(2, report.SpansDelivered);
        Assert.Equal(4, report.SpansDeadLettered);
        Assert.Equal(4, report.SpansExpired);
        Assert.Equal(0, report.SpansHeld);
        Assert.Equal(
            [
                "Error: Dead-lettered 2 spans that are too old, which Dynatrace would silently drop: partition 3, sequence number 41, the oldest ended 400.00:00:00 ago and Relay__MaxSpanAge is 00:58:00. ",
                "Error: Dead-lettered 1 spans that end in the future, which Dynatrace would silently drop: partition 3, sequence number 41, the latest ends in 00:09:00, and the limit is 00:09:00. Check the sender's clock.",
                "Error: Dead-lettered 1 spans without an end time, which Dynatrace would read as 1970 and silently drop: partition 3, sequence number 41.",
            ],
            log.Lines);
    }

    [Fact]
    public async Task SpansThatExpireWhileTheyAreHeldAreDeadLetteredWithTheReasonTheyWereHeldFor()
    {
        var time = new SteppedTime(Some.Now);
        var log = new CollectingLogger<Relay>();
        using var dynatrace = new FakeDynatrace(_ => LaterThanTheBudget());
        using var client = dynatrace.Client(time);
        var relay = new Relay(new RelayOptions { Dynatrace = Some.Dynatrace() }, client, new CollectingDeadLetterStore(), time, log);
        byte[][] bodies = [Some.Request(Some.Span(1), Some.Span(2, end: Some.Now + TimeSpan.FromMinutes(5))).ToByteArray()];

        Assert.Equal(2, (await ForwardAsync(relay, time, bodies)).SpansHeld);
        time.Advance(TimeSpan.FromMinutes(59));
        var second = await ForwardAsync(relay, time, bodies);
        time.Advance(TimeSpan.FromMinutes(59));
        var third = await ForwardAsync(relay, time, bodies);

        Assert.Equal(1, second.SpansExpired);
        Assert.Equal(1, second.SpansHeld);
        Assert.Equal(0, second.SpansSettledBefore);
        Assert.Equal(1, third.SpansExpired);
        Assert.Equal(0, third.SpansHeld);
        Assert.Equal(1, third.SpansSettledBefore);
        Assert.True(third.IsSettled);
        Assert.Contains("ended 00:59:00 ago and Relay__MaxSpanAge is 00:58:00. The batch was held before: RetryLater, status 429. \"no\"", log.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhileNothingPassesThePartitionsOfTheProcessSendOneProbeAtATime()
    {
        var time = new SteppedTime(Some.Now);
        var status = 401;
        using var dynatrace = new FakeDynatrace(_ => status == 200 ? FakeDynatrace.Accepted() : FakeDynatrace.Status(status));
        using var client = dynatrace.Client(time);
        var relay = new Relay(new RelayOptions { Dynatrace = Some.Dynatrace() }, client, new CollectingDeadLetterStore(), time, new CollectingLogger<Relay>());
        byte[][] bodies = [Some.Request(Some.Span(1)).ToByteArray()];

        for (var second = 0; second < 3_000; second += 5)
        {
            for (var partition = 0; partition < 8; partition++)
                Assert.Equal(1, (await ForwardAsync(relay, time, bodies, $"{partition}")).SpansHeld);
            time.Advance(TimeSpan.FromSeconds(5));
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{dynatrace.Requests} requests for 4,800 invocations in 50 minutes.");
        Assert.InRange(dynatrace.Requests, 50, 58);
        status = 200;
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, (await ForwardAsync(relay, time, [Some.Request(Some.Span(1, end: time.GetUtcNow())).ToByteArray()])).SpansDelivered);
        Assert.Equal(1, (await ForwardAsync(relay, time, [Some.Request(Some.Span(2, end: time.GetUtcNow())).ToByteArray()])).SpansDelivered);
    }

    [Fact]
    public async Task SpansThatExpireLaterJoinTheDeadLetterOfThoseThatExpiredBefore()
    {
        var time = new SteppedTime(Some.Now);
        var store = new CollectingDeadLetterStore();
        using var dynatrace = new FakeDynatrace(_ => LaterThanTheBudget());
        using var client = dynatrace.Client(time);
        var relay = new Relay(new RelayOptions { Dynatrace = Some.Dynatrace() }, client, store, time, new CollectingLogger<Relay>());
        byte[][] bodies = [Some.Request(Some.Span(1, end: Some.Now - TimeSpan.FromMinutes(59)), Some.Span(2), Some.Span(3, end: Some.Now + TimeSpan.FromMinutes(5))).ToByteArray()];

        await ForwardAsync(relay, time, bodies);
        var first = Assert.Single(store.Letters);
        time.Advance(TimeSpan.FromMinutes(59));
        var second = await ForwardAsync(relay, time, bodies);

        Assert.Equal(1, second.SpansExpired);
        Assert.Equal(1, second.SpansSettledBefore);
        var (letter, payload) = Assert.Single(store.Kept);
        Assert.Equal(first.Id, letter.Id);
        Assert.Equal(1, first.Spans);
        Assert.Equal(2, letter.Spans);
        Assert.Equal([1, 2], IdsOf(payload));
        Assert.Null(first.Response);
        Assert.Equal(Outcome.RetryLater, letter.Response!.Outcome);
        Assert.Equal(429, letter.Response.Status);
    }

    [Fact]
    public async Task SpansThatCannotBeStoredAreHeldAndDeadLetteredOnRedelivery()
    {
        var time = new SteppedTime(Some.Now);
        var log = new CollectingLogger<Relay>();
        var store = new CollectingDeadLetterStore { Problem = "The disk is full." };
        using var dynatrace = new FakeDynatrace(export => Judge(export, int.MaxValue));
        using var client = dynatrace.Client(time);
        var relay = new Relay(new RelayOptions { Dynatrace = Some.Dynatrace() }, client, store, time, log);
        byte[][] bodies = [Some.Request(SpanOf(Fate.Poisonous, 1)).ToByteArray(), "?"u8.ToArray(), Some.Request(SpanOf(Fate.Old, 2)).ToByteArray()];

        var first = await ForwardAsync(relay, time, bodies);
        Assert.False(first.IsSettled);
        Assert.Equal(2, first.SpansHeld);
        Assert.Equal(0, first.SpansDeadLettered);
        Assert.Equal(0, first.UndecodableEvents);
        Assert.Equal(1, first.UndecodableHeld);
        Assert.Equal(0, first.SpansDelivered);
        Assert.Equal("Warning: Held 2 spans of partition 3, which stay in the Event Hub and are redelivered. The dead letter could not be stored. The disk is full.", Assert.Single(log.Lines));

        store.Problem = null;
        var second = await ForwardAsync(relay, time, bodies);
        Assert.True(second.IsSettled);
        Assert.Equal(2, second.SpansDeadLettered);
        Assert.Equal(1, second.UndecodableEvents);
        Assert.Equal(3, store.Letters.Count);
    }

    [Fact]
    public Task EverySpanIsCountedExactlyOnceWhateverFails() =>
        Gen.Select(
            Gen.Frequency((8, Gen.Const(Fate.Living)), (1, Gen.Const(Fate.Poisonous)), (1, Gen.Const(Fate.Old)), (1, Gen.Const(Fate.Ahead)), (1, Gen.Const(Fate.Endless))).Array[0, 12].Array[1, 12],
            Gen.Int[150, 4_000],
            Gen.Int[1, 4],
            Gen.Int[0, 60],
            Gen.Int[1, 40],
            Gen.Int[0, int.MaxValue - 1])
        .SampleAsync((events, maxBytes, parallel, failingPercent, mostAtOnce, seed) => BookAsync(events, maxBytes, parallel, failingPercent, mostAtOnce, seed), iter: 400);

    [Fact]
    public Task EverySpanIsDeliveredOrInTheStoreOnceHoweverOftenTheProcessIsKilled() =>
        Gen.Select(
            Gen.Frequency((8, Gen.Const(Fate.Living)), (1, Gen.Const(Fate.Poisonous)), (1, Gen.Const(Fate.Old)), (1, Gen.Const(Fate.Ahead)), (1, Gen.Const(Fate.Endless))).Array[0, 12].Array[1, 12],
            Gen.Int[150, 4_000],
            Gen.Int[0, int.MaxValue - 1])
        .SampleAsync((events, maxBytes, seed) => SurviveAsync(events, maxBytes, new Random(seed)), iter: 300);

    /// <summary>Each attempt may be a new process, and may end at any call of the store, before or after it took what it was given.</summary>
    private static async Task SurviveAsync(Fate[][] events, int maxBytes, Random chance)
    {
        var time = new SteppedTime(Some.Now);
        var store = new CollectingDeadLetterStore();
        using var dynatrace = new FakeDynatrace(export => Judge(export, int.MaxValue));
        using var client = dynatrace.Client(time);
        var options = new RelayOptions { Dynatrace = Some.Dynatrace(), MaxRequestBytes = maxBytes };
        var (bodies, readable) = Bodies(events);
        for (var attempt = 0; ; attempt++)
        {
            using var killed = new CancellationTokenSource();
            store.OnPut = attempt < 20 && chance.Next(3) > 0 ? Kill(killed, chance.Next(4), before: chance.Next(2) == 0) : null;
            try
            {
                var batch = Some.Batch(bodies);
                var relay = new Relay(options, client, store, time, new CollectingLogger<Relay>());
                if ((await time.RunAsync(relay.ForwardAsync(batch, killed.Token))).IsSettled)
                    break;
            }
            catch (OperationCanceledException) when (killed.IsCancellationRequested)
            {
                time.Advance(TimeSpan.FromSeconds(5));
            }
        }

        Assert.Equal(readable.Where(each => each.Fate == Fate.Living).Select(each => (int)each.Span.SpanId[7]).Order(), dynatrace.Spans.Select(span => (int)span.SpanId[7]).Distinct().Order());
        AssertKeptOnce(store, readable, events.Length / 7);
    }

    private static Action<bool> Kill(CancellationTokenSource process, int afterPuts, bool before) => isBefore =>
    {
        if (isBefore != before || afterPuts-- > 0)
            return;
        process.Cancel();
        throw new OperationCanceledException(process.Token);
    };

    private static void AssertKeptOnce(CollectingDeadLetterStore store, List<(Fate Fate, Span Span)> readable, int unreadable)
    {
        Assert.Equal(unreadable, store.Letters.Count(letter => letter.IsQuarantined));
        Assert.Equal(
            readable.Where(each => each.Fate != Fate.Living).Select(each => (int)each.Span.SpanId[7]).Order(),
            store.Kept.Where(each => each.Letter is { IsQuarantined: false, Incident: null }).SelectMany(each => IdsOf(each.Payload)).Order());
    }

    private static IEnumerable<int> IdsOf(byte[] payload) => ExportTraceServiceRequest.Parser.ParseFrom(payload).Spans().Select(span => (int)span.SpanId[7]);

    private static (byte[][] Bodies, List<(Fate Fate, Span Span)> Readable) Bodies(Fate[][] events)
    {
        var id = 0;
        var spans = events.Select(fates => fates.Select(fate => (Fate: fate, Span: SpanOf(fate, ++id))).ToList()).ToList();
        var bodies = spans.Select((each, i) => i % 7 == 6 ? "?"u8.ToArray() : Some.Request([.. each.Select(span => span.Span)]).ToByteArray()).ToArray();
        return (bodies, spans.Where((_, i) => i % 7 != 6).SelectMany(each => each).ToList());
    }

    private static async Task BookAsync(Fate[][] events, int maxBytes, int parallel, int failingPercent, int mostAtOnce, int seed)
    {
        var time = new SteppedTime(Some.Now);
        var chance = new Random(seed);
        var fails = true;
        using var dynatrace = new FakeDynatrace(export => fails && chance.Next(100) < failingPercent ? Failure(chance) : Judge(export, mostAtOnce));
        using var client = dynatrace.Client(time);
        var options = new RelayOptions { Dynatrace = Some.Dynatrace(), MaxRequestBytes = maxBytes, MaxParallelRequests = parallel };
        var store = new CollectingDeadLetterStore();
        var relay = new Relay(options, client, store, time, new CollectingLogger<Relay>());
        var (bodies, readable) = Bodies(events);

        var total = new RelayReport();
        for (var attempt = 0; ; attempt++)
        {
            fails = attempt < 8;
            store.Problem = fails && chance.Next(100) < failingPercent ? "not now" : null;
            var report = await ForwardAsync(relay, time, bodies);
            Assert.Equal(readable.Count, report.Spans);
            Assert.True(report.IsBalanced, report.ToJson());
            total.Add(report);
            if (report.IsSettled)
                break;
            Assert.InRange(attempt, 0, 80);
            time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(readable.Count(each => each.Fate == Fate.Living), total.SpansDelivered);
        Assert.Equal(readable.Count(each => each.Fate != Fate.Living), total.SpansDeadLettered);
        Assert.Equal(readable.Count(each => each.Fate > Fate.Poisonous), total.SpansExpired);
        Assert.Equal(events.Length / 7, total.UndecodableEvents);
        AssertKeptOnce(store, readable, events.Length / 7);
        Assert.Equal(
            readable.Where(each => each.Fate == Fate.Living).Select(each => each.Span.SpanId.ToBase64()).Order(),
            dynatrace.Spans.Select(span => span.SpanId.ToBase64()).Order());
    }

    private static HttpResponseMessage Judge(ExportTraceServiceRequest export, int mostAtOnce)
    {
        Assert.NotEmpty(export.Spans());
        return export.Spans().Count() > mostAtOnce ? FakeDynatrace.Status(413)
            : export.Spans().Any(span => span.Name == Poison) ? FakeDynatrace.Status(400)
            : FakeDynatrace.Accepted();
    }

    private static HttpResponseMessage Failure(Random chance) => chance.Next(5) switch
    {
        0 => FakeDynatrace.Status(503),
        1 => FakeDynatrace.Status(401),
        2 => LaterThanTheBudget(),
        3 => throw new HttpRequestException(HttpRequestError.ConnectionError, "reset"),
        _ => FakeDynatrace.Status(429),
    };

    private static HttpResponseMessage LaterThanTheBudget()
    {
        var response = FakeDynatrace.Status((int)HttpStatusCode.TooManyRequests);
        response.Headers.Add("Retry-After", "600");
        return response;
    }

    private static Span SpanOf(Fate fate, int id)
    {
        var span = Some.Span(id, fate == Fate.Poisonous ? Poison : "good", Some.Now + fate switch
        {
            Fate.Old => -TimeSpan.FromMinutes(70),
            Fate.Ahead => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        });
        if (fate == Fate.Endless)
            span.EndTimeUnixNano = 0;
        return span;
    }

    private static async Task<RelayReport> ForwardAsync(Relay relay, SteppedTime time, byte[][] bodies, string partition = "3")
    {
        var batch = Some.Batch(bodies) with { Partition = partition };
        return await time.RunAsync(relay.ForwardAsync(batch, TestContext.Current.CancellationToken));
    }
}
