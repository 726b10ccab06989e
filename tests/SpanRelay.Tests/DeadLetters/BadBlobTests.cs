using System.IO.Compression;
using System.Text;
using Azure.Storage.Blobs;
using Google.Protobuf;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Otlp;
using SpanRelay.Replay;
using SpanRelay.Tests.Local.Storage;

namespace SpanRelay.Tests.DeadLetters;

/// <summary>An archive that also holds blobs which are no dead letters: it names them, and still returns the dead letters.</summary>
public sealed class BadBlobTests(SomeStorage storage) : IClassFixture<SomeStorage>, IAsyncLifetime
{
    private const string Folder = "2026/05/04/";

    private StoredArchive _stored = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>What may stand in a record's place.</summary>
    public static TheoryData<string> BadRecords =>
    [
        "", "null", "[]", "7", "\"text\"", "{", "{}", "\u0000", "<html>", "{\"letter\":null,\"diagnosis\":null}",
        """{"letter":{"id":null,"at":"2026-05-04T10:20:30Z"},"diagnosis":{"code":"x","title":"x","explanation":"x","evidence":[],"nextStep":"x","link":"x"}}""",
        """{"letter":{"id":"20260504-1-1","at":"now"},"diagnosis":{"code":"x","title":"x","explanation":"x","evidence":[],"nextStep":"x","link":"x"}}""",
        """{"letter":{"id":"20260504-1-1","at":"2026-05-04T10:20:30Z","reason":99},"diagnosis":{"code":"x","title":"x","explanation":"x","evidence":[],"nextStep":"x","link":"x"}}""",
        """{"letter":{"id":"20260504-1-1","at":"2026-05-04T10:20:30Z","spans":1e99},"diagnosis":{"code":"x","title":"x","explanation":"x","evidence":[],"nextStep":"x","link":"x"}}""",
        """{"letter":{"id":"20260504-1-1","at":"2026-05-04T10:20:30Z","age":"a week"},"diagnosis":{"code":"x","title":"x","explanation":"x","evidence":[],"nextStep":"x","link":"x"}}""",
        """{"letter":{"id":"20260504-1-1","at":"9999-12-31T23:59:59.9999999-14:00"},"diagnosis":{"code":"x","title":"x","explanation":"x","evidence":[],"nextStep":"x","link":"x"}}""",
        """{"letter":{"id":"20260504-1-1","at":"2026-05-04T10:20:30Z","response":{"outcome":"Rejected","message":null}},"diagnosis":{"code":"x","title":"x","explanation":"x","evidence":[],"nextStep":"x","link":"x"}}""",
        """{"letter":{"id":"20260504-1-1","at":"2026-05-04T10:20:30Z"},"diagnosis":{"code":"x","title":"x","explanation":"x","evidence":null,"nextStep":"x","link":"x"}}""",
        """{"letter":{"id":"20260504-1-1","at":"2026-05-04T10:20:30Z"},"diagnosis":{"code":"x","title":"\ud800","explanation":"x","evidence":[],"nextStep":"x","link":"x"}}""",
        """{"letter":{"id":"20260504-1-1","at":"2026-05-04T10:20:30Z"},"services":null,"diagnosis":{"code":"x","title":"x","explanation":"x","evidence":[],"nextStep":"x","link":"x"}}""",
        new string('[', 5_000),
    ];

    public async ValueTask InitializeAsync()
    {
        _stored = await StoredArchive.OpenAsync(storage, Cancelled);
        foreach (var container in (BlobContainerClient[])[_stored.Storage.Letters, _stored.Storage.Quarantine])
        {
            await container.CreateIfNotExistsAsync(cancellationToken: Cancelled);
            await foreach (var blob in container.GetBlobsAsync(cancellationToken: Cancelled))
                await container.DeleteBlobAsync(blob.Name, cancellationToken: Cancelled);
        }

        _stored.Skipped.Clear();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(BadRecords))]
    public async Task ARecordThatCannotBeReadIsNamedAndItsPayloadIsReplayed(string record)
    {
        await _stored.PutAsync([1, 3], Cancelled);
        await _stored.PutAsync(StoredArchive.Letter(2), Some.Request(Some.Span(2)).ToByteArray(), Cancelled);
        await UploadAsync("3-2-0000000000000002.json", Encoding.UTF8.GetBytes(record));

        var letters = await _stored.ListAsync(new LetterFilter(), Cancelled);
        var selection = await new ReplayRequest().SelectAsync(_stored.Archive, Cancelled);

        Assert.Equal(3, letters.Count);
        var bad = Assert.Single(letters, letter => letter.Problem.Length > 0);
        Assert.Equal("20260504-3-2-0000000000000002", bad.Id);
        Assert.StartsWith("The record of 20260504-3-2-0000000000000002 ", bad.Problem, StringComparison.Ordinal);
        Assert.True(OneLine.Is(bad.Problem, 1_000), bad.Problem);
        Assert.Null((await _stored.Archive.ReadRecordAsync(bad, Cancelled)).Record);
        Assert.Equal(3, selection.Letters.Count);
        Assert.Equal(bad.Problem, Assert.Single(selection.Skipped));
    }

    [Fact]
    public async Task AHugeRecordIsNotRead()
    {
        await UploadAsync("3-2-0000000000000002.json", new byte[2 * 1024 * 1024]);

        Assert.Contains("no record has more than", Assert.Single(await _stored.ListAsync(new LetterFilter(), Cancelled)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APayloadThatCannotBeReadIsSkippedWithItsReasonAndTheOthersAreReplayed()
    {
        await _stored.PutAsync([1, 9], Cancelled);
        await UploadAsync("3-2-0000000000000002.otlp.gz", Encoding.UTF8.GetBytes("no gzip"));
        await UploadAsync("3-3-0000000000000003.otlp.gz", Gzip(Some.Request(Some.Span(3)).ToByteArray())[..^8]);
        await UploadAsync("3-4-0000000000000004.otlp.gz", Gzip(new byte[PayloadDecoder.MaxInflatedBytes + 1]));
        await UploadAsync("3-5-0000000000000005.otlp.gz", []);
        await UploadAsync("3-6-0000000000000006.otlp.gz", Gzip([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]));
        await using var server = await PickyServer.StartAsync(_ => false, Cancelled);
        var options = new RelayOptions { Dynatrace = Some.Dynatrace(server.Address) };
        using var client = new DynatraceClient(options.Dynatrace, new SteppedTime(Some.Now));
        var results = new List<ReplayResult>();

        var replay = new DeadLetterReplay(_stored.Archive, options, client, new SteppedTime(Some.Now));
        var report = await replay.ReplayAsync(await _stored.ListAsync(new LetterFilter(), Cancelled), null, (result, _) => results.Add(result), Cancelled);

        Assert.Equal(2, report[ReplayOutcome.Replayed]);
        Assert.Equal(5, report[ReplayOutcome.Refused]);
        Assert.All(results.Where(result => result.Outcome == ReplayOutcome.Refused), result => Assert.NotEmpty(result.Why));
    }

    [Fact]
    public async Task APayloadBeyondTheLimitIsAProblemAndNotRead()
    {
        await UploadAsync("3-2-0000000000000002.otlp.gz", new byte[PayloadDecoder.MaxInflatedBytes + 1]);
        var letter = Assert.Single(await _stored.ListAsync(new LetterFilter(), Cancelled));

        var (payload, problem) = await _stored.Archive.ReadPayloadAsync(letter, Cancelled);

        Assert.Null(payload);
        Assert.Equal("The blob cannot be read: it is larger than 64 MiB, which no payload of the relay is.", problem);
    }

    [Theory]
    [InlineData("x y.json")]
    [InlineData("a\u202Eb.json")]
    [InlineData("a\u2028Dead letter recorded: id=1.json")]
    [InlineData("größer.otlp.gz")]
    [InlineData("3-1-1.exe")]
    [InlineData(".json")]
    [InlineData("below/3-1-1.json")]
    [InlineData("3-1-1.bin")] // Raw bytes are in the other container.
    [InlineData("'\"[red].json")]
    public async Task ABlobWithAForeignNameIsNamedInOneLineAndSkipped(string name)
    {
        await _stored.PutAsync([1], Cancelled);
        await UploadAsync(name, [1]);

        Assert.Single(await _stored.ListAsync(new LetterFilter(), Cancelled));
        var skipped = Assert.Single(_stored.Skipped);
        Assert.StartsWith("The blob \"dead-letters/2026/05/04/", skipped, StringComparison.Ordinal);
        Assert.True(OneLine.Is(skipped, 500), skipped);
    }

    [Fact]
    public async Task ForgedMetadataStaysInItsBounds()
    {
        await _stored.PutAsync([1], Cancelled);
        await _stored.Storage.Letters.GetBlobClient(Folder + "3-1-0000000000000001.json").SetMetadataAsync(
            new Dictionary<string, string>
            {
                ["cause"] = "x%0A y",
                ["reason"] = "Rejected",
                ["at"] = "9999-12-31T23:59:59.0000000+00:00",
                ["spans"] = "9223372036854775807",
                ["services"] = "%0Aevil%E2%80%AE,%ED%A0%80,%",
                ["partition"] = "%0A3 cause=y",
                ["replayableuntil"] = "0001-01-01T00:00:00.0000000+00:00",
            },
            cancellationToken: Cancelled);
        await _stored.Storage.Letters.GetBlobClient(Folder + "3-1-0000000000000001.otlp.gz").SetMetadataAsync(
            new Dictionary<string, string> { ["replayed"] = "9999-12-31T23:59:59.0000000+00:00", ["replayedto"] = "%1B[31m", ["replays"] = "-5", ["replayremark"] = "%E2%80%A8" }, cancellationToken: Cancelled);

        var letter = Assert.Single(await _stored.ListAsync(new LetterFilter(), Cancelled));

        Assert.InRange(letter.Summary!.Spans, 0, 100_000_000);
        Assert.All([.. letter.Summary.Services, letter.Summary.Cause, letter.Summary.Partition, letter.Replayed!.To, letter.Replayed.Remark], text => Assert.True(OneLine.Is(text, 300), text));
        Assert.Equal("3causey", letter.Summary.Partition);
    }

    [Theory]
    [InlineData("9999/12/31/3-1-0000000000000001.json")]
    [InlineData("0001/01/01/3-1-0000000000000001.json")]
    public async Task ADayAtTheEndOfTimeIsListed(string name)
    {
        await _stored.Storage.Letters.CreateIfNotExistsAsync(cancellationToken: Cancelled);
        await _stored.Storage.Letters.GetBlobClient(name).UploadAsync(new BinaryData([1]), overwrite: true, Cancelled);

        foreach (var time in (DateTimeOffset[])[Some.Now, DateTimeOffset.MinValue, DateTimeOffset.MaxValue])
        {
            await _stored.ListAsync(new LetterFilter { Since = time }, Cancelled);
            await _stored.ListAsync(new LetterFilter { Until = time }, Cancelled);
        }

        Assert.Single(await _stored.ListAsync(new LetterFilter(), Cancelled));
        await _stored.Storage.Letters.GetBlobClient(name).DeleteAsync(cancellationToken: Cancelled);
    }

    [Fact]
    public async Task ARecordWithoutAPayloadAndAPayloadWithoutARecordAreBothListed()
    {
        await _stored.RecordAsync(StoredArchive.Letter(1), Cancelled);
        await _stored.PutAsync(StoredArchive.Letter(2), [1], Cancelled);

        Assert.Equal([(true, false), (false, true)], (await _stored.ListAsync(new LetterFilter(), Cancelled)).Select(letter => (letter.IsRecorded, letter.PayloadBytes is not null)));
    }

    private async Task UploadAsync(string name, byte[] content)
    {
        await _stored.Storage.Letters.CreateIfNotExistsAsync(cancellationToken: Cancelled);
        await _stored.Storage.Letters.GetBlobClient(Folder + name).UploadAsync(new BinaryData(content), overwrite: true, Cancelled);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return output.ToArray();
    }
}
