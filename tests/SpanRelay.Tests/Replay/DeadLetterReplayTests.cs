using Google.Protobuf;
using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Dynatrace;
using SpanRelay.Otlp.Schema;
using SpanRelay.Replay;
using SpanRelay.Tests.DeadLetters;
using SpanRelay.Tests.Dynatrace;
using SpanRelay.Tests.Local.Storage;
using SpanRelay.Tests.Redaction.Oracle;

namespace SpanRelay.Tests.Replay;

public sealed class DeadLetterReplayTests(SomeStorage storage) : IClassFixture<SomeStorage>, IAsyncLifetime
{
    private static readonly ReplayRequest All = new();

    private readonly SteppedTime _time = new(Some.Now);
    private StoredArchive _stored = null!;
    private ReplaySelection _selection = null!;
    private readonly List<ReplayResult> _results = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _stored = await StoredArchive.OpenAsync(storage, Cancelled);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task DeliveredLettersAreMarkedAndNotReplayedAgainUnlessRequested()
    {
        await _stored.PutAsync(Enumerable.Range(1, 250), Cancelled);
        using var dynatrace = new FakeDynatrace(_ => FakeDynatrace.Accepted());

        var report = await ReplayAsync(dynatrace, All);

        Assert.True(report.IsComplete);
        Assert.Equal(250, report[ReplayOutcome.Replayed]);
        Assert.Equal(250, report.SpansDelivered);
        Assert.Equal(250, dynatrace.Spans.Select(span => span.SpanId).Distinct().Count());
        Assert.Equal(3, dynatrace.Requests);
        Assert.All(await ListAsync(), letter => Assert.Equal(new ReplayMark(Some.Now, "abc12345.live.dynatrace.com", 1), letter.Replayed));

        await ReplayAsync(dynatrace, All);
        Assert.Equal(250, _selection.AlreadyReplayed);
        Assert.Empty(_selection.Letters);
        Assert.Equal(250, dynatrace.Spans.Count);

        await ReplayAsync(dynatrace, All with { Again = true });
        Assert.Equal(500, dynatrace.Spans.Count);
        Assert.All(await ListAsync(), letter => Assert.Equal(2, letter.Replayed!.Times));
    }

    [Fact]
    public async Task ALetterThatIsRejectedAgainStaysUnmarkedAndOthersAreDelivered()
    {
        await _stored.PutAsync(Enumerable.Range(1, 20), Cancelled);
        var poison = Some.Span(7).SpanId;
        using var dynatrace = new FakeDynatrace(export => export.Spans().Any(span => span.SpanId == poison) ? FakeDynatrace.Status(400) : FakeDynatrace.Accepted());

        var report = await ReplayAsync(dynatrace, All);

        Assert.False(report.IsComplete);
        Assert.Equal(19, report[ReplayOutcome.Replayed]);
        Assert.Equal(1, report[ReplayOutcome.Refused]);
        Assert.Equal(0, report.Left);
        Assert.Equal(("20260504-3-7-0000000000000007", "Status 400. \"no\""), Assert.Single(_results, result => result.Outcome == ReplayOutcome.Refused) is var refused ? (refused.Letter.Id, refused.Why) : default);
        Assert.Equal("20260504-3-7-0000000000000007", Assert.Single(await ListAsync(), letter => letter.Replayed is null).Id);
    }

    [Fact]
    public async Task WhileNothingPassesItStopsSaysWhyAndMarksNothing()
    {
        await _stored.PutAsync(Enumerable.Range(1, 3), Cancelled);
        using var dynatrace = new FakeDynatrace(_ => FakeDynatrace.Status(401));

        var report = await ReplayAsync(dynatrace, All);

        Assert.Equal(3, report.Left);
        Assert.Equal(401, report.StoppedBy?.Status);
        Assert.All(await ListAsync(), letter => Assert.Null(letter.Replayed));
    }

    [Fact]
    public async Task ExpiredSpansAreNotReplayedToDynatraceButToOtherReceivers()
    {
        await _stored.PutAsync([1], Cancelled, end: Some.Now.AddHours(-2));
        await _stored.PutAsync([2], Cancelled, end: DateTimeOffset.UnixEpoch);
        await _stored.PutAsync(StoredArchive.Letter(3), Some.Request(Some.Span(3, end: Some.Now.AddHours(-3))).ToByteArray(), Cancelled); // Not recorded.
        using var dynatrace = new FakeDynatrace(_ => FakeDynatrace.Accepted());

        var report = await ReplayAsync(dynatrace, All);

        Assert.Equal(3, report[ReplayOutcome.Expired]);
        Assert.Equal(0, dynatrace.Requests);
        Assert.All(await ListAsync(), letter => Assert.Null(letter.Replayed));

        var elsewhere = await ReplayAsync(dynatrace, All, new RelayOptions { Dynatrace = Some.Dynatrace(), ChecksSpanEnds = false });
        Assert.True(elsewhere.IsComplete);
        Assert.Equal([1, 2, 3], dynatrace.Spans.Select(span => (int)span.SpanId[^1]).Order());
    }

    [Fact]
    public async Task OfALetterOfWhichSomeIsTooOldTheRestIsSentAndTheMarkSaysSo()
    {
        var letter = StoredArchive.Letter(1, DeadLetterReason.RefusedInPart) with { Spans = 2 };
        await _stored.PutAsync(letter, Some.Request(Some.Span(1), Some.Span(2, end: Some.Now.AddHours(-2))).ToByteArray(), Cancelled);
        await _stored.RecordAsync(letter, Cancelled, end: Some.Now.AddHours(-2));
        using var dynatrace = new FakeDynatrace(_ => FakeDynatrace.Accepted());

        var report = await ReplayAsync(dynatrace, new ReplayRequest { Filter = new LetterFilter { Ids = [letter.Id] } });

        Assert.Equal(1, report[ReplayOutcome.ReplayedInPart]);
        Assert.Single(dynatrace.Spans);
        Assert.Equal("Its spans ended too long ago: Dynatrace would drop them.", Assert.Single(await ListAsync()).Replayed!.Remark);
    }

    [Fact]
    public async Task PartialSuccessesAndUnreadableEventsAreReplayedOnlyByName()
    {
        await _stored.PutAsync([1], Cancelled, reason: DeadLetterReason.RefusedInPart);
        await _stored.PutAsync(StoredArchive.Letter(2, DeadLetterReason.Unreadable), [1, 2, 3], Cancelled);
        using var dynatrace = new FakeDynatrace(_ => FakeDynatrace.Accepted());

        await ReplayAsync(dynatrace, All);
        Assert.Equal(2, _selection.OnlyByName);
        Assert.Equal(0, dynatrace.Requests);

        var byCause = await ReplayAsync(dynatrace, new ReplayRequest { Filter = new LetterFilter { Cause = "span-rejected" } });
        Assert.Equal(1, byCause[ReplayOutcome.Replayed]);
        Assert.Equal(1, dynatrace.Requests);

        var byId = await ReplayAsync(dynatrace, new ReplayRequest { Filter = new LetterFilter { Ids = ["20260504-3-2-0000000000000002", "no-such"] } });
        Assert.Equal((1, "no-such"), (byId[ReplayOutcome.Refused], Assert.Single(_selection.UnknownIds)));
    }

    [Fact]
    public async Task APartialSuccessIsMarkedWithARemark()
    {
        await _stored.PutAsync([1, 2], Cancelled);
        using var dynatrace = new FakeDynatrace(_ => new HttpResponseMessage(System.Net.HttpStatusCode.OK)
        {
            Content = new StringContent("""{"partialSuccess":{"rejectedSpans":"1","errorMessage":"a span is odd"}}"""),
        });

        var report = await ReplayAsync(dynatrace, All);

        Assert.Equal(2, report[ReplayOutcome.ReplayedInPart]);
        Assert.All(await ListAsync(), letter => Assert.Equal("Dynatrace accepted the request but rejected 1 of its spans, without saying which. \"a span is odd\"", letter.Replayed!.Remark));
    }

    [Fact]
    public async Task TodaysPolicyIsAppliedAndNoNewLetterIsWritten()
    {
        var span = Some.Span(1);
        span.Attributes.Add(Some.Attribute("tfy.input", "the prompt"));
        await _stored.PutAsync(StoredArchive.Letter(1), Some.Request(span).ToByteArray(), Cancelled);
        using var dynatrace = new FakeDynatrace(_ => FakeDynatrace.Status(400));
        await ReplayAsync(dynatrace, All);
        Assert.Single(await ListAsync());

        using var mended = new FakeDynatrace(_ => FakeDynatrace.Accepted());
        await ReplayAsync(mended, All);

        Assert.Empty(Assert.Single(mended.Spans).Attributes);
    }

    [Fact]
    public async Task AfterItsTimeNoBatchIsBegun()
    {
        await _stored.PutAsync([1, 2], Cancelled);
        using var dynatrace = new FakeDynatrace(_ => FakeDynatrace.Accepted());

        var report = await ReplayAsync(dynatrace, All, stopAt: Some.Now);

        Assert.Equal(2, report.Left);
        Assert.Equal(0, dynatrace.Requests);
        Assert.Null(report.StoppedBy);
    }

    [Fact]
    public async Task ALetterThatAnotherReplayDeliveredIsNotSentAgain()
    {
        await _stored.PutAsync([1], Cancelled);
        using var dynatrace = new FakeDynatrace(_ => FakeDynatrace.Accepted());
        var listedBefore = await All.SelectAsync(_stored.Archive, Cancelled);
        await ReplayAsync(dynatrace, All);

        var report = await ReplayAsync(dynatrace, listedBefore, new RelayOptions { Dynatrace = Some.Dynatrace() }, stopAt: null);

        Assert.Equal(1, report[ReplayOutcome.Gone]);
        Assert.Equal(1, dynatrace.Requests);
    }

    private Task<IReadOnlyList<ArchivedLetter>> ListAsync() => _stored.ListAsync(new LetterFilter(), Cancelled);

    private async Task<ReplayReport> ReplayAsync(FakeDynatrace dynatrace, ReplayRequest request, RelayOptions? options = null, DateTimeOffset? stopAt = null)
    {
        _selection = await request.SelectAsync(_stored.Archive, Cancelled);
        return await ReplayAsync(dynatrace, _selection, options ?? new RelayOptions { Dynatrace = Some.Dynatrace() }, stopAt);
    }

    private async Task<ReplayReport> ReplayAsync(FakeDynatrace dynatrace, ReplaySelection selection, RelayOptions options, DateTimeOffset? stopAt)
    {
        var client = dynatrace.Client(_time); // Disposing it would dispose of the fake.
        return await new DeadLetterReplay(_stored.Archive, options, client, _time).ReplayAsync(selection.Letters, stopAt, (result, _) => _results.Add(result), Cancelled);
    }
}
