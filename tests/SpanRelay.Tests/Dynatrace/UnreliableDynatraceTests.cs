using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Local.EventHub;
using SpanRelay.Otlp.Schema;
using SpanRelay.Pipeline;
using SpanRelay.Redaction.Detectors.Credentials;
using SpanRelay.Tests.DeadLetters;

namespace SpanRelay.Tests.Dynatrace;

/// <summary>10,000 spans by a Dynatrace that fails three requests in ten, as a host with eight partitions brings them.</summary>
public sealed class UnreliableDynatraceTests
{
    private const int Partitions = 8;
    private const int EventsOfPartition = 125;
    private const int SpansOfEvent = 10;
    private const int BatchSize = 25;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task AllSpansArriveAndDuplicatesAreThoseWhoseResponseWasLost(int seed)
    {
        var time = new SteppedTime(Some.Now);
        await using var dynatrace = await DynatraceServer.StartAsync(new DynatraceServerOptions { TimeProvider = time }, TestContext.Current.CancellationToken);
        dynatrace.AddToken(new DynatraceToken(Some.Token, [DynatraceToken.ClassicIngestScope]));
        foreach (var fault in Faults(new Random(seed)))
            dynatrace.FailNext(1, fault);
        var options = new RelayOptions { Dynatrace = Some.Dynatrace(dynatrace.BaseAddress), MaxRequestBytes = 1_700 };
        using var client = new DynatraceClient(options.Dynatrace, time);
        var relay = new Relay(options, client, new CollectingDeadLetterStore(), time, new CollectingLogger<Relay>());

        var reports = await time.RunAsync(
            Task.WhenAll(Enumerable.Range(0, Partitions).Select(partition => DrainAsync(relay, time, partition))), () => dynatrace.Silences);

        var accepted = dynatrace.Requests.Where(request => request.Response.Status == 200)
            .SelectMany(request => ExportTraceServiceRequest.Parser.ParseFrom(request.Body.Span).Spans().Select(span => (Id: span.SpanId.ToBase64(), request.IsAnswered)))
            .ToLookup(each => each.Id, each => each.IsAnswered);
        var duplicates = accepted.Sum(answers => answers.Count() - 1);
        Report(dynatrace, reports, duplicates);

        Assert.Equal(Partitions * EventsOfPartition * SpansOfEvent, accepted.Count);
        Assert.Equal(0, dynatrace.DroppedSpans);
        Assert.All(accepted, answers => Assert.Single(answers, isAnswered => isAnswered)); // Every other time the answer was lost.
        Assert.InRange(duplicates, 1, accepted.Count * 0.02);
        Assert.Equal(accepted.Count, reports.Sum(report => report.SpansDelivered));
        Assert.Equal(0, reports.Sum(report => report.SpansDeadLettered));
        Assert.Contains(reports, report => report.SpansHeld > 0);
    }

    /// <summary>Of 400 requests 120 fail, 3 of them after they were accepted.</summary>
    private static IEnumerable<Fault> Faults(Random chance)
    {
        for (var deck = 0; deck < 10; deck++)
        {
            Fault[] cards =
            [
                .. Enumerable.Repeat(Busy("1"), 30),
                .. Enumerable.Repeat(Busy("7"), 9),
                .. Enumerable.Repeat(Busy("90"), 3), // Beyond the budget: held.
                .. Enumerable.Repeat(new Fault { Status = 503 }, 45),
                .. Enumerable.Repeat(new Fault { Abort = FaultAbort.BeforeAccepting }, 30),
                .. Enumerable.Repeat(new Fault { Abort = FaultAbort.SilenceAfterAccepting }, 2),
                new Fault { Abort = FaultAbort.AfterAccepting },
                .. Enumerable.Repeat(new Fault(), 280),
            ];
            chance.Shuffle(cards);
            foreach (var card in cards)
                yield return card;
        }

        static Fault Busy(string seconds) => new() { Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = seconds } };
    }

    private static async Task<RelayReport> DrainAsync(Relay relay, SteppedTime time, int partition)
    {
        var total = new RelayReport { Partition = $"{partition}" };
        for (var first = 0; first < EventsOfPartition; first += BatchSize)
        {
            RelayReport report;
            do
            {
                var batch = BatchOf(partition, first);
                report = await relay.ForwardAsync(batch, TestContext.Current.CancellationToken);
                Assert.True(report.IsBalanced, report.ToJson());
                total.Add(report);
                if (!report.IsSettled)
                    await Task.Delay(TimeSpan.FromSeconds(1), time);
            }
            while (!report.IsSettled);
        }

        return total;
    }

    private static EventBatch BatchOf(int partition, int first) => new($"{partition}", [.. Enumerable.Range(first, BatchSize).Select(number =>
    {
        var firstId = (partition * EventsOfPartition + number) * SpansOfEvent + 1;
        return new IncomingEvent(Some.Request([.. Enumerable.Range(firstId, SpansOfEvent).Select(id => Some.Span(id))]).ToByteArray(), number);
    })]);

    private static void Report(DynatraceServer dynatrace, RelayReport[] reports, int duplicates)
    {
        var requests = dynatrace.Requests;
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{requests.Count} requests: {requests.Count(it => it.Response.Status == 429)} x 429, {requests.Count(it => it.Response.Status == 503)} x 503, "
            + $"{requests.Count(it => it.Response.Status == 0)} resets, {requests.Count(it => it.Response.Status == 200 && !it.IsAnswered)} accepted without an answer; "
            + $"{reports.Sum(report => report.SpansHeld)} spans held, {reports.Sum(report => report.SpansSettledBefore)} not sent again, {duplicates} duplicates.");
    }
}
