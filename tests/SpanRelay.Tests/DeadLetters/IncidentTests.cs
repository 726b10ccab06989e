using Google.Protobuf;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Local.EventHub;
using SpanRelay.Tests.Dynatrace;

namespace SpanRelay.Tests.DeadLetters;

public sealed class IncidentTests
{
    private static readonly byte[][] Body = [Some.Request(Some.Span(1)).ToByteArray(), Some.Request(Some.Span(2)).ToByteArray()];

    private readonly SteppedTime _time = new(Some.Now);
    private readonly CollectingDeadLetterStore _store = new();
    private readonly CollectingLogger<Relay> _log = new();
    private int _status = 401;

    [Fact]
    public async Task OneCauseOfAllPartitionsIsToldOfAtOnceAndEveryFiveMinutesAndWhenItIsOver()
    {
        using var dynatrace = new FakeDynatrace(_ => _status == 200 ? FakeDynatrace.Accepted() : FakeDynatrace.Status(_status));
        using var client = dynatrace.Client(_time);
        var relay = new Relay(new RelayOptions { Dynatrace = Some.Dynatrace() }, client, _store, _time, _log);

        for (var second = 0; second < 12 * 60; second += 20)
        {
            for (var partition = 0; partition < 3; partition++)
                await ForwardAsync(relay, $"{partition}");
            _time.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(
            [(0.0, 2L), (5.0, 6L), (10.0, 6L)],
            _store.Letters.Select(letter => ((letter.At - Some.Now).TotalMinutes, letter.Incident!.EventsWaiting)));
        Assert.All(_store.Letters, letter => Assert.Equal((Some.Now, null, 401), (letter.Incident!.Since, letter.Incident.Until, letter.Response!.Status)));
        Assert.All(_store.Kept, kept => Assert.Empty(kept.Payload));

        _status = 200;
        _time.Advance(TimeSpan.FromMinutes(1));
        await ForwardAsync(relay, "0");
        await ForwardAsync(relay, "1");

        var over = _store.Letters[^1];
        Assert.Equal(4, _store.Letters.Count);
        Assert.Equal((Some.Now, Some.Now + TimeSpan.FromMinutes(13), 6L), (over.Incident!.Since, over.Incident.Until, over.Incident.EventsWaiting));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task WhatPassesByItselfIsNoIncident(int status)
    {
        _status = status;
        using var dynatrace = new FakeDynatrace(_ => FakeDynatrace.Status(_status));
        using var client = dynatrace.Client(_time);

        await ForwardAsync(new Relay(new RelayOptions { Dynatrace = Some.Dynatrace() }, client, _store, _time, _log), "0");

        Assert.Empty(_store.Letters);
    }

    [Fact]
    public void WhatComesBackAtOnceIsNotToldOfAgainBeforeFiveMinutes()
    {
        var watch = new IncidentWatch(_time);
        var answer = new Response { Outcome = Outcome.Blocked, Status = 403 };

        Assert.NotNull(watch.NoteHeld("0", 1, answer));
        Assert.Single(watch.NotePassed());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(watch.NoteHeld("0", 1, answer));
        Assert.Empty(watch.NotePassed());
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(_time.GetUtcNow(), watch.NoteHeld("0", 1, answer)?.Incident.Since);
    }

    [Fact]
    public void AnotherCauseIsAnotherIncident()
    {
        var watch = new IncidentWatch(_time);

        Assert.Equal(
            ["incident-20260504T1020-401", "incident-20260504T1020-secretmissing", "incident-20260504T1020-certificateexpired"],
            new[]
            {
                watch.NoteHeld("0", 1, new Response { Outcome = Outcome.Blocked, Status = 401 }),
                watch.NoteHeld("0", 1, new Response { Outcome = Outcome.RetryLater, Failure = FailureKind.SecretMissing }),
                watch.NoteHeld("0", 1, new Response { Outcome = Outcome.Blocked, Failure = FailureKind.CertificateExpired }),
                watch.NoteHeld("1", 1, new Response { Outcome = Outcome.Blocked, Status = 401 }),
            }.Where(report => report is not null).Select(report => report!.Id));
        Assert.Equal(3, watch.NotePassed().Count);
    }

    [Fact]
    public async Task AnIncidentThatCannotBeToldOfIsToldOfWithTheNextBatch()
    {
        using var dynatrace = new FakeDynatrace(_ => _status == 200 ? FakeDynatrace.Accepted() : FakeDynatrace.Status(_status));
        using var client = dynatrace.Client(_time);
        var relay = new Relay(new RelayOptions { Dynatrace = Some.Dynatrace() }, client, _store, _time, _log);

        _store.Problem = "The disk is full.";
        await ForwardAsync(relay, "0");
        Assert.Contains("Warning: An incident is not recorded, since the storage account does not take it. The disk is full.", _log.Lines);
        _store.Problem = null;
        await ForwardAsync(relay, "0");
        Assert.Single(_store.Letters);

        (_status, _store.Problem) = (200, "The disk is full.");
        _time.Advance(TimeSpan.FromMinutes(1));
        await ForwardAsync(relay, "0");
        _store.Problem = null;
        await ForwardAsync(relay, "0");
        Assert.Equal(Some.Now, _store.Letters[^1].Incident!.Since);
        Assert.NotNull(_store.Letters[^1].Incident!.Until);
    }

    private async Task ForwardAsync(Relay relay, string partition)
    {
        var batch = Some.Batch(Body) with { Partition = partition };
        await _time.RunAsync(relay.ForwardAsync(batch, TestContext.Current.CancellationToken));
    }
}
