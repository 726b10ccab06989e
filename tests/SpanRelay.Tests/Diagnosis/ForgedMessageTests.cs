using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Dynatrace;
using SpanRelay.Tests.DeadLetters;
using SpanRelay.Tests.Local.Storage;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Diagnosis;

/// <summary>A forged queue message is quarantined with a record, and none of its text reaches the log.</summary>
public sealed class ForgedMessageTests(SomeStorage storage) : IClassFixture<SomeStorage>, IAsyncLifetime
{
    private readonly CollectingLogger<DeadLetterRecorder> _log = new();
    private readonly Diagnoser _diagnoser = CreateDiagnoser();
    private StoredArchive _stored = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>A message as the relay writes it, with one member forged.</summary>
    public static TheoryData<string, string> Forged => new()
    {
        { "id", "\"../../quarantine/x\"" }, { "id", "\"20260504-a/b\"" }, { "id", "\"20261399-1-1\"" }, { "id", "null" }, { "id", "7" }, { "id", "\"20260504-3\\n-1\"" },
        { "at", "\"9999-12-31T23:59:59Z\"" }, { "at", "\"0001-01-01T00:00:00Z\"" }, { "at", "null" }, { "at", "\"now\"" },
        { "reason", "null" }, { "reason", "99" }, { "reason", "\"Unrecorded\"" }, { "reason", "\"Whatever\"" },
        { "incident", """{"since":"2026-05-04T10:20:30Z","until":null,"eventsWaiting":1}""" },
        { "partition", "null" }, { "partition", "\"3 cause=token-expired\"" }, { "partition", "\"3\\nIncident open: \"" }, { "partition", "\"\"" },
        { "spans", "-1" }, { "spans", "1e300" }, { "payloadBytes", "-1" },
        { "trouble", "null" }, { "trouble", "\"a\\nIncident open: id=1\"" }, { "trouble", "\"\\u202E\"" }, { "about", "\"../x\"" },
        { "endpoint", "\"https://x\\u2028Incident open: \"" }, { "endpoint", "null" },
        { "age", "\"10675199.02:48:05.4775807\"" }, { "age", "\"-1.00:00:00\"" }, { "maxSpanAge", "\"10675199.02:48:05.4775807\"" }, { "maxSpanAge", "\"-00:00:01\"" },
        { "response", """{"outcome":"Rejected","message":null}""" }, { "response", """{"outcome":"Rejected","message":"a\nDead letter recorded: id=1"}""" },
        { "response", """{"outcome":"Rejected","token":"\u001b[31m"}""" }, { "response", """{"outcome":"Rejected","rejectedSpans":-1}""" }, { "response", """{"outcome":99}""" },
        { "response", "\"" + new string('x', 30_000) + "\"" }, { "problem", "\"Nothing\"" },
    };

    public async ValueTask InitializeAsync() => _stored = await StoredArchive.OpenAsync(storage, Cancelled);

    public ValueTask DisposeAsync()
    {
        _diagnoser.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task AMessageOfTheRelayIsRecorded()
    {
        await _stored.PutAsync(StoredArchive.Letter(1), [1], Cancelled);

        Assert.True(await RecordAsync(JsonSerializer.SerializeToUtf8Bytes(StoredArchive.Letter(1), DeadLetter.Json)));

        Assert.Equal([LogEvents.DeadLetterRecorded], _log.Events);
        Assert.Equal("rejected", Assert.Single(await _stored.ListAsync(new LetterFilter(), Cancelled)).Summary!.Cause);
    }

    [Theory]
    [MemberData(nameof(Forged))]
    public async Task AForgedMemberQuarantinesTheMessageWithARecord(string member, string value)
    {
        var message = JsonSerializer.SerializeToNode(StoredArchive.Letter(1), DeadLetter.Json)!.AsObject();
        message[member] = JsonNode.Parse(value);

        await AssertIsQuarantinedAsync(Encoding.UTF8.GetBytes(message.ToJsonString()));
    }

    public static TheoryData<int> Hostile => [.. Enumerable.Range(0, HostileTexts.All.Length)];

    [Theory]
    [MemberData(nameof(Hostile))]
    public Task AnythingElseIsQuarantinedWithARecord(int index) => AssertIsQuarantinedAsync(Encoding.UTF8.GetBytes(HostileTexts.All[index][..Math.Min(HostileTexts.All[index].Length, 48_000)]));

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"id\":\"20260504-1-1\"}")]
    [InlineData("{\"id\":\"20260504-1-1\",\"id\":\"../x\",\"at\":\"2026-05-04T10:20:30Z\",\"reason\":\"Rejected\"}")]
    public Task JsonWithoutALetterIsQuarantinedWithARecord(string message) => AssertIsQuarantinedAsync(Encoding.UTF8.GetBytes(message));

    [Fact]
    public async Task APayloadThatIsNoGzipIsRecordedAsThat()
    {
        var letter = StoredArchive.Letter(2);
        await _stored.Storage.WriteAsync("store", LetterBlob.PayloadOf(letter.Id, isQuarantined: false), new BinaryData("no gzip"u8.ToArray()), null, Cancelled);

        Assert.True(await RecordAsync(JsonSerializer.SerializeToUtf8Bytes(letter, DeadLetter.Json)));

        var stored = await _stored.Archive.FindAsync(letter.Id, Cancelled);
        var (record, _) = await _stored.Archive.ReadRecordAsync(stored!, Cancelled);
        Assert.Contains("The stored payload is not gzip, or is truncated.", record!.Diagnosis.Evidence);
        Assert.Equal([LogEvents.DeadLetterRecorded], _log.Events);
    }

    private async Task AssertIsQuarantinedAsync(byte[] message)
    {
        Assert.True(await RecordAsync(message));

        var letter = Assert.Single(await _stored.ListAsync(new LetterFilter(), Cancelled));
        Assert.Equal(("unrecorded", true), (letter.Summary!.Cause, letter.IsQuarantined));
        Assert.Equal([LogEvents.QueueMessageQuarantined], _log.Events);
        Assert.True(OneLine.Is(Assert.Single(_log.Lines), 500));
        Assert.DoesNotContain("cause=", _log.Lines[0], StringComparison.Ordinal);
    }

    private Task<bool> RecordAsync(byte[] message) => new DeadLetterRecorder(_stored.Storage, _diagnoser, new SteppedTime(Some.Now), _log)
        .TryRecordAsync(message, attempt: 1, message.Length.ToString(CultureInfo.InvariantCulture), Cancelled);

    private static Diagnoser CreateDiagnoser()
    {
        var options = Some.Dynatrace();
        var time = new SteppedTime(Some.Now);
        return new Diagnoser(TokenSource.OfSetting(options.Token, time), new TokenApi(options), rotationVault: null, options, time);
    }
}
