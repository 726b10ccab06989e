using Google.Protobuf;
using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Otlp;
using SpanRelay.Replay;
using SpanRelay.Tests.Local.Storage;

namespace SpanRelay.Tests.DeadLetters;

public sealed class DeadLetterArchiveTests(SomeStorage storage) : IClassFixture<SomeStorage>, IAsyncLifetime
{
    private static readonly ReplayMark Mark = new(Some.Now, "abc12345.live.dynatrace.com", 1, "2 spans, \"größer\"");

    private StoredArchive _stored = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _stored = await StoredArchive.OpenAsync(storage, Cancelled);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task EveryKindIsListedOnceRecordedOrNot()
    {
        await _stored.PutAsync([1], Cancelled);
        await _stored.PutAsync(StoredArchive.Letter(2), [1], Cancelled);
        await _stored.PutAsync(StoredArchive.Letter(3, DeadLetterReason.Unreadable), [2, 3], Cancelled);
        var known = StoredArchive.Letter(4, DeadLetterReason.Unreadable);
        await _stored.PutAsync(known, [4], Cancelled);
        await _stored.RecordAsync(known, Cancelled);
        var incident = Incident("20260504-incident-1");
        await _stored.RecordAsync(incident, Cancelled);
        await _stored.RecordAsync(incident with { Id = "20260504-incident-1-over" }, Cancelled, withSummary: false);

        var letters = await _stored.ListAsync(new LetterFilter(), Cancelled);

        Assert.Equal(
            ["20260504-3-1-0000000000000001 span-rejected Rejected redacted", "20260504-3-2-0000000000000002 - - redacted", "20260504-3-3-0000000000000003 - - raw",
                "20260504-3-4-0000000000000004 span-rejected Unreadable raw", "20260504-incident-1 token-expired - -", "20260504-incident-1-over token-expired - -"],
            letters.Select(letter => $"{letter.Id} {letter.Summary?.Cause ?? "-"} {letter.Summary?.Reason?.ToString() ?? "-"} {(letter.PayloadBytes is null ? "-" : letter.IsQuarantined ? "raw" : "redacted")}").Order(StringComparer.Ordinal));
        Assert.Equal(2, letters.Count(letter => letter.IsIncident));
        Assert.Equal(2, letters.Count(letter => letter.IsQuarantined));
    }

    [Fact]
    public async Task AnAccountWithoutAnyContainerHasNoLetters()
    {
        await _stored.Storage.Letters.DeleteIfExistsAsync(cancellationToken: Cancelled);
        await _stored.Storage.Quarantine.DeleteIfExistsAsync(cancellationToken: Cancelled);

        Assert.Empty(await _stored.ListAsync(new LetterFilter(), Cancelled));
        Assert.Null(await _stored.Archive.FindAsync("20260504-3-1-0000000000000001", Cancelled));
        Assert.Equal(0, await _stored.Archive.CountPoisonAsync(Cancelled));
    }

    [Theory]
    [InlineData("20260504-3-1-0000000000000001", true)]
    [InlineData("20260228-3-7-0000000000000007", true)]
    [InlineData("20260504-3-7-0000000000000007", false)]
    [InlineData("20260504-3-1-000000000000000", false)]
    [InlineData("20260504-3-1-0000000000000001.json", false)]
    [InlineData("20261399-3-1-0000000000000001", false)]
    [InlineData("3-1-0000000000000001", false)]
    [InlineData("20260504-", false)]
    [InlineData("", false)]
    [InlineData("../2026/05/04/3-1-0000000000000001", false)]
    public async Task AnIdFindsItsLetterAndNoOther(string id, bool isThere)
    {
        await _stored.PutAsync([1, 11], Cancelled);
        await _stored.PutAsync(StoredArchive.Letter(7) with { Id = "20260228-3-7-0000000000000007" }, [1], Cancelled);

        Assert.Equal(isThere ? id : null, (await _stored.Archive.FindAsync(id, Cancelled))?.Id);
    }

    [Fact]
    public async Task TheIdNamesTheBlobs()
    {
        await _stored.PutAsync([1], Cancelled);

        Assert.True(await _stored.Storage.Letters.GetBlobClient("2026/05/04/3-1-0000000000000001.otlp.gz").ExistsAsync(Cancelled));
        Assert.True(await _stored.Storage.Letters.GetBlobClient("2026/05/04/3-1-0000000000000001.json").ExistsAsync(Cancelled));
    }

    [Fact]
    public async Task RecordAndPayloadAreReadAsTheyWereWritten()
    {
        await _stored.PutAsync([1], Cancelled);
        var letter = Assert.Single(await _stored.ListAsync(new LetterFilter(), Cancelled));

        var (record, _) = await _stored.Archive.ReadRecordAsync(letter, Cancelled);
        using var payload = (await _stored.Archive.ReadPayloadAsync(letter, Cancelled)).Payload;

        Assert.Equal("span-rejected", record!.Diagnosis.Code);
        Assert.Equal("Next step", record.Diagnosis.NextStep);
        using var decoder = new PayloadDecoder();
        Assert.Equal(Some.Request(Some.Span(1)).ToByteArray(), payload!.Decode(decoder, out _).ToArray());
    }

    [Fact]
    public async Task TheMarkOutlivesTheRecordAndGoesWithThePayload()
    {
        await _stored.PutAsync([1], Cancelled);
        Assert.True(await MarkAsync());
        await _stored.RecordAsync(StoredArchive.Letter(1), Cancelled);
        Assert.Equal(Mark, (await FirstAsync()).Replayed);

        await _stored.PutAsync([1], Cancelled);

        Assert.Null((await FirstAsync()).Replayed);
    }

    [Fact]
    public async Task APayloadThatWasOverwrittenSinceItWasReadIsNotMarked()
    {
        await _stored.PutAsync([1], Cancelled);
        var letter = await FirstAsync();
        using var payload = (await _stored.Archive.ReadPayloadAsync(letter, Cancelled)).Payload;
        await _stored.PutAsync([1], Cancelled);

        Assert.False(await _stored.Archive.MarkReplayedAsync(letter, payload!.Version, Mark, Cancelled));

        Assert.Null((await FirstAsync()).Replayed);
    }

    [Fact]
    public async Task FiltersSelectByTimeCauseServiceAndId()
    {
        await _stored.PutAsync([1, 2], Cancelled);
        await MarkAsync();
        await _stored.RecordAsync(Incident("20260504-incident-1"), Cancelled);

        Assert.Equal(3, (await _stored.ListAsync(new LetterFilter { Since = Some.Now, Until = Some.Now.AddTicks(1) }, Cancelled)).Count);
        Assert.Empty(await _stored.ListAsync(new LetterFilter { Since = Some.Now.AddTicks(1) }, Cancelled));
        Assert.Empty(await _stored.ListAsync(new LetterFilter { Until = Some.Now }, Cancelled));
        Assert.Equal(2, (await _stored.ListAsync(new LetterFilter { Service = "TFY-llm-gateway" }, Cancelled)).Count);
        Assert.Single(await _stored.ListAsync(new LetterFilter { Cause = "token-expired" }, Cancelled));
        Assert.Single(await _stored.ListAsync(new LetterFilter { IsReplayed = true }, Cancelled));
        Assert.Equal("20260504-3-2-0000000000000002", Assert.Single(await _stored.ListAsync(new LetterFilter { Ids = ["20260504-3-2-0000000000000002", "no-such"], Cause = "any" }, Cancelled)).Id);
    }

    [Fact]
    public async Task AFailureSaysWhichSettingToLookAt()
    {
        var nobody = new StorageOptions { ConnectionString = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:9/a;QueueEndpoint=http://127.0.0.1:9/a;" };
        var archive = new DeadLetterArchive(DeadLetterStorage.Open(nobody, () => throw new InvalidOperationException()));

        var failure = await Assert.ThrowsAsync<DeadLetterStoreException>(async () =>
        {
            await foreach (var _ in archive.ListAsync(new LetterFilter(), null, Cancelled))
                Assert.Fail("There is nothing to list.");
        });

        Assert.StartsWith("The storage account for dead letters (DeadLetters, or else AzureWebJobsStorage) did not list dead letters: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a2V5", failure.Message, StringComparison.Ordinal);
    }

    private static DeadLetter Incident(string id) => StoredArchive.Letter(1) with { Id = id, Reason = null, Spans = 0, Incident = new Incident(Some.Now, null, 5) };

    private async Task<ArchivedLetter> FirstAsync() => (await _stored.ListAsync(new LetterFilter(), Cancelled))[0];

    private async Task<bool> MarkAsync()
    {
        var letter = await FirstAsync();
        using var payload = (await _stored.Archive.ReadPayloadAsync(letter, Cancelled)).Payload;
        return await _stored.Archive.MarkReplayedAsync(letter, payload!.Version, Mark, Cancelled);
    }
}
