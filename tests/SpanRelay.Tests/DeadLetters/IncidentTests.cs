using Google.Protobuf;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Tests.Dynatrace;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.DeadLetters;

public sealed class IncidentTests
{
    private static readonly byte[][] Body = [Some.Request(Some.Span(1)).ToByteArray(), Some.Request(Some.Span(2)).ToByteArray()];

    private readonly SteppedTime _time = new(Some.Now);
    private readonly CollectingDeadLetterStore _store = new();
    private readonly CollectingLogger<Relay> _log = new();
    private int _status = 401;

    [Fact]
    public async Task OneCauseOfAllPartitionsIsReportedAtOnceEveryFiveMinutesAndWhenItIsOver()
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
        Assert.Equal(Some.Now, over.Incident!.Since);
        Assert.Equal(Some.Now + TimeSpan.FromMinutes(13), over.Incident.Until);
        Assert.Equal(6, over.Incident.EventsWaiting);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task AFailureThatRetryingResolvesIsNoIncident(int status)
    {
        _status = status;
        using var dynatrace = new FakeDynatrace(_ => FakeDynatrace.Status(_status));
        using var client = dynatrace.Client(_time);

        await ForwardAsync(new Relay(new RelayOptions { Dynatrace = Some.Dynatrace() }, client, _store, _time, _log), "0");

        Assert.Empty(_store.Letters);
    }

    [Fact]
    public void ACauseThatReturnsAtOnceIsReportedAtMostEveryFiveMinutes()
    {
        var watch = new IncidentWatch("", TimeSpan.Zero, _time);
        var answer = new Response { Outcome = Outcome.Blocked, Status = 403 };

        Assert.NotNull(watch.NoteHeld("0", 1, answer));
        Assert.Single(watch.NotePassed());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(watch.NoteHeld("0", 1, answer));
        Assert.Empty(watch.NotePassed());
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(_time.GetUtcNow(), watch.NoteHeld("0", 1, answer)?.Incident!.Since);
    }

    [Fact]
    public void AnotherCauseIsAnotherIncident()
    {
        var watch = new IncidentWatch("", TimeSpan.Zero, _time);

        Assert.Equal(
            ["20260504-incident-1020-401", "20260504-incident-1020-vault-secretmissing", "20260504-incident-1020-certificateexpired"],
            new[]
            {
                watch.NoteHeld("0", 1, new Response { Outcome = Outcome.Blocked, Status = 401 }),
                watch.NoteHeld("0", 1, new Response { Outcome = Outcome.RetryLater, Failure = FailureKind.NoToken, Vault = VaultFailure.SecretMissing }),
                watch.NoteHeld("0", 1, new Response { Outcome = Outcome.Blocked, Failure = FailureKind.CertificateExpired }),
                watch.NoteHeld("1", 1, new Response { Outcome = Outcome.Blocked, Status = 401 }),
            }.Where(report => report is not null).Select(report => report!.Id));
        Assert.Equal(3, watch.NotePassed().Count);
    }

    [Fact]
    public async Task NoBatchWaitsForAnIncidentWhileTheStorageAccountIsDown()
    {
        using var dynatrace = new FakeDynatrace(_ => _status == 200 ? FakeDynatrace.Accepted() : FakeDynatrace.Status(_status));
        using var client = dynatrace.Client(_time);
        var store = new HangingStore();
        var relay = new Relay(new RelayOptions { Dynatrace = Some.Dynatrace() }, client, store, _time, _log);
        await ForwardAsync(relay, "0");
        _status = 200;
        _time.Advance(TimeSpan.FromMinutes(1));

        await ForwardAsync(relay, "0");
        await ForwardAsync(relay, "1");

        Assert.Equal(1, store.Pending);
        store.Response();
        await relay.DisposeAsync();
        Assert.Equal([false, true], store.Letters.Select(letter => letter.Incident!.IsOver));
    }

    [Fact]
    public async Task AnIncidentThatCannotBeRecordedIsLoggedAndRetried()
    {
        var reporter = new IncidentReporter(_store, "https://abc12345.live.dynatrace.com", TimeSpan.FromMinutes(58), _time, _log);
        _store.Problem = "The disk is full.";

        reporter.NoteHeld("0", 1, new Response { Outcome = Outcome.Blocked, Status = 401 });

        Assert.Contains("Warning: Incident 20260504-incident-1020-401 is not recorded yet, and will be retried. The disk is full.", _log.Lines);
        _store.Problem = null;
        reporter.NotePassed();
        Assert.Empty(_store.Letters);
        _time.Advance(IncidentReporter.RetryInterval);
        reporter.NotePassed();
        Assert.Equal(["20260504-incident-1020-401", "20260504-incident-1020-401-over"], _store.Letters.Select(letter => letter.Id));
        await reporter.DisposeAsync();
    }

    [Fact]
    public async Task ReportsThatWaitAreBounded()
    {
        var reporter = new IncidentReporter(_store, "", TimeSpan.FromMinutes(58), _time, _log);
        _store.Problem = "The disk is full.";

        for (var status = 1; status <= IncidentReporter.MaxPending + 3; status++)
            reporter.NoteHeld("0", 1, new Response { Outcome = Outcome.Blocked, Status = status });

        Assert.Equal(3, _log.Lines.Count(line => line.Contains("too many reports are waiting", StringComparison.Ordinal)));
        _store.Problem = null;
        await reporter.DisposeAsync();
        Assert.Equal(IncidentReporter.MaxPending, _store.Letters.Count);
    }

    private sealed class HangingStore : IDeadLetterStore
    {
        private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<DeadLetter> Letters { get; } = [];

        public int Pending { get; private set; }

        public void Response() => _answered.SetResult();

        public async Task PutAsync(DeadLetter letter, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
        {
            Pending++;
            await _answered.Task;
            lock (Letters)
                Letters.Add(letter);
        }
    }

    private async Task ForwardAsync(Relay relay, string partition)
    {
        var batch = Some.Batch(Body) with { Partition = partition };
        await _time.RunAsync(relay.ForwardAsync(batch, TestContext.Current.CancellationToken));
    }
}
