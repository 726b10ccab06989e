using Google.Protobuf;
using SpanRelay.Cli.Page;
using SpanRelay.Cli.Run;
using SpanRelay.DeadLetters;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.Faults;
using SpanRelay.Local.Host;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Page.Tests;

public sealed class BoundsTests
{
    [Fact]
    public async Task OfAnyNumberOfDeadLettersTheNewestAreListed()
    {
        var start = new DateTimeOffset(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);
        var letters = Enumerable.Range(0, 1_000).Select(minute => new ArchivedLetter { Id = $"{minute}", At = start.AddMinutes(minute) });

        var listed = await LetterShelf.TakeNewestAsync(letters.ToAsyncEnumerable());

        Assert.Equal(LetterShelf.MostListed, listed.Count);
        Assert.Equal(["999", "998"], listed.Take(2).Select(letter => letter.Id));
    }

    [Fact]
    public void AListThatTakesLongIsReusedLonger()
    {
        Assert.Equal(TimeSpan.FromSeconds(2), LetterShelf.ListAge(TimeSpan.FromMilliseconds(20)));
        Assert.Equal(TimeSpan.FromMinutes(1), LetterShelf.ListAge(TimeSpan.FromSeconds(6)));
    }

    [Fact]
    public void OfAnyNumberOfTracesTheNewestAreListed()
    {
        var spans = Enumerable.Range(0, 300).Select(number => new ReceivedSpan(new Resource(), new InstrumentationScope(), new Span { TraceId = IdOf(number / 3), Name = $"{number}" })).ToList();

        var traces = TracesView.NewestTraces(spans);

        Assert.Equal(TracesView.MostTraces, traces.Count);
        Assert.Equal([IdOf(99), IdOf(98)], traces.Take(2).Select(trace => trace.Key));
        Assert.All(traces, trace => Assert.Equal(3, trace.Count()));
    }

    [Fact]
    public void APayloadThatIsTooLongToShowNamesTheCommandThatWritesIt()
    {
        var fits = Export(new string('a', LettersView.LongestPayload - 200)).ToByteArray();
        var tooLong = Export(new string('a', LettersView.LongestPayload)).ToByteArray();

        Assert.Contains("\"resourceSpans\"", LettersView.JsonOf(fits), StringComparison.Ordinal);
        Assert.Equal($"The payload has {tooLong.Length} bytes. Write it to a file: spanrelay dead-letters export\n", LettersView.JsonOf(tooLong));
    }

    [Fact]
    public async Task TheStandInGivesItsNewestSpansWithoutAllOthers()
    {
        await using var dynatrace = await DynatraceServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var token = DynatraceToken.CreateClassic();
        dynatrace.AddToken(token);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        foreach (var name in new[] { "a", "b", "c" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, dynatrace.TracesAddress) { Content = new ByteArrayContent(Export(name).ToByteArray()) };
            request.Content.Headers.ContentType = new("application/x-protobuf");
            request.Headers.TryAddWithoutValidation("Authorization", $"Api-Token {token.Value}");
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode);
        }

        Assert.Equal(["b", "c"], dynatrace.NewestSpans(2).Select(received => received.Span.Name));
        Assert.Equal(3, dynatrace.NewestSpans(100).Count);
    }

    [Fact]
    public void EventsAreSearchedFromTheNewestOfEachPartition()
    {
        var hub = new LocalEventHub("spans", 2);
        foreach (var (partition, text) in new[] { (0, "a"), (0, "b"), (0, "c"), (1, "d") })
            hub.Append(System.Text.Encoding.ASCII.GetBytes(text), partition: partition);

        Assert.Equal(["c", "d", "b", "a"], hub.NewestFirst().Select(body => System.Text.Encoding.ASCII.GetString(body.Span)));
    }

    [Fact]
    public void WhatIsNotSettledWaits()
    {
        var hub = new LocalEventHub("spans", 2);
        var counts = new RunCounts();
        for (var sent = 0; sent < 5; sent++)
            hub.Append(new byte[1], partition: 1);
        Assert.Equal(5, counts.Lag(hub));

        counts.Note(new InvocationOutcome { FunctionName = "ForwardSpans", Partition = 1, FirstSequenceNumber = 0, LastSequenceNumber = 2, Reason = "" });
        counts.Note(new InvocationOutcome { FunctionName = "ForwardSpans", Partition = 1, FirstSequenceNumber = 3, LastSequenceNumber = 4, Reason = "held" });

        Assert.Equal(2, counts.Lag(hub));
        Assert.Equal(1, counts.Read().FailedInvocations);
    }

    [Fact]
    public void FaultsForARunningSystemAreThoseThatCanBeEnded()
    {
        Assert.All(FaultScenarios.ForRunningSystem, scenario => Assert.True(scenario.IsOfEvent || scenario.Resolve is not null, scenario.Name));
        Assert.All(FaultScenarios.ForRunningSystem, scenario => Assert.Empty(scenario.Settings));
        Assert.Contains(FaultScenarios.ForRunningSystem, scenario => scenario is { Name: "too-old", IsOfEvent: true });
        Assert.Contains(FaultScenarios.ForRunningSystem, scenario => scenario is { Name: "poison", IsOfEvent: false });
        Assert.DoesNotContain(FaultScenarios.ForRunningSystem, scenario => scenario.Name is "missing-secret" or "foreign-message" or "no-tls");
    }

    private static ByteString IdOf(int number) => ByteString.CopyFrom([.. new byte[15], (byte)number]);

    private static ExportTraceServiceRequest Export(string name) => new()
    {
        ResourceSpans =
        {
            new ResourceSpans
            {
                ScopeSpans =
                {
                    new ScopeSpans
                    {
                        Spans =
                        {
                            new Span
                            {
                                TraceId = ByteString.CopyFrom(Enumerable.Repeat((byte)1, 16).ToArray()),
                                SpanId = ByteString.CopyFrom(Enumerable.Repeat((byte)1, 8).ToArray()),
                                Name = name,
                                EndTimeUnixNano = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000,
                            },
                        },
                    },
                },
            },
        },
    };
}
