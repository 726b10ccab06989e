using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using CsCheck;
using SpanRelay.Functions.Invocations;
using SpanRelay.Local.EventHub;
using SpanRelay.Pipeline;

namespace SpanRelay.Tests.Functions;

public class InvocationReaderTests
{
    private const string TwoEvents = """
        {"Data":{"events":"[\"AAEC/w==\",\"eyJhIjoxfQ==\"]"},
         "Metadata":{
          "PartitionContext":{"IsCheckpointingAfterInvocation":true,"FullyQualifiedNamespace":"ns.servicebus.windows.net","EventHubName":"spans","ConsumerGroup":"$Default","PartitionId":"3"},
          "PartitionKeyArray":"[\"pk\",null]","OffsetStringArray":"[\"8589938888\",\"8589939000\"]",
          "SequenceNumberArray":"[41,42]","EnqueuedTimeUtcArray":"[\"2026-05-04T10:20:30.123\",\"2026-05-04T10:20:30.123\"]",
          "PropertiesArray":"[{\"deviceId\":\"d1\",\"n\":5,\"bin\":\"AQI=\"},{}]",
          "SystemPropertiesArray":"[{\"SequenceNumber\":41,\"Offset\":8589938888},{\"SequenceNumber\":42,\"Offset\":8589939000}]",
          "RetryContext":{"RetryCount":0,"MaxRetryCount":-1,"Exception":null},
          "sys":{"MethodName":"ForwardSpans","UtcNow":"2026-05-04T10:20:31Z","RandGuid":"6f9619ff-8b86-d011-b42d-00cf4fc964ff"}}}
        """;

    [Fact]
    public async Task TheHostsOwnFormIsUnderstood()
    {
        using var batch = await ReadAsync(TwoEvents);

        Assert.Equal([[0, 1, 2, 255], "{\"a\":1}"u8.ToArray()], Bodies(batch));
        Assert.Equal(("3", 41L, 42L, null), (batch.Partition, batch.SequenceNumberOf(0), batch.SequenceNumberOf(1), batch.SequenceNumberOf(2)));
        Assert.Equal(new DateTimeOffset(2026, 5, 4, 10, 20, 30, 123, TimeSpan.Zero), batch.EnqueuedAt(1));
        Assert.Null(batch.EnqueuedAt(2));
    }

    [Fact]
    public async Task HoweverTheBodyIsCutIntoPieces()
    {
        for (var size = 1; size < 40; size++)
        {
            using var batch = await ReadAsync(TwoEvents, size);

            Assert.Equal([[0, 1, 2, 255], "{\"a\":1}"u8.ToArray()], Bodies(batch));
            Assert.Equal(("3", 42L), (batch.Partition, batch.SequenceNumberOf(1)));
        }
    }

    [Theory]
    [InlineData("""{"Data":{"events":"[\"AQI=\"]"}}""")]
    [InlineData("""{"Data":{"events":"[\"AQI=\"]"},"Metadata":null}""")]
    [InlineData("""{"Data":{"events":"[\"AQI=\"]"},"Metadata":{"SequenceNumberArray":"not json","PartitionContext":"?"}}""")]
    [InlineData("""{"Data":{"events":"[\"AQI=\"]"},"Metadata":{"EnqueuedTimeUtcArray":"[\"soon\"]"}}""")]
    [InlineData("""{"Data":{"events":"[\"AQI=\"]"},"Metadata":{"EnqueuedTimeUtcArray":"[null,7]"}}""")]
    [InlineData("""{"Metadata":{"New":[{"PartitionId":"9"},[1,2]],"Other":{"PartitionContext":{"PartitionId":"9"}}},"Data":{"events":"[\"AQI=\"]"},"Future":{"a":[{}]}}""")]
    [InlineData("""{"Data":{"events":["AQI="]}}""")]
    [InlineData("{\"Data\" :\n{ \"anything\" :\t \" [ \\\"AQI=\\\" ] \" } }")]
    [InlineData("""{"Data":{"events":"[\"AQ\\u0049=\"]"}}""")]
    [InlineData("""{"Data":{"events":"[\"\u0041QI\u003d\"]"}}""")]
    public async Task UnknownAndMissingPartsDoNotMatter(string body)
    {
        using var batch = await ReadAsync(body);

        Assert.Equal([[1, 2]], Bodies(batch));
        Assert.Equal(("?", null, null), (batch.Partition, batch.SequenceNumberOf(0), batch.EnqueuedAt(0)));
    }

    [Theory]
    [InlineData("""{"Data":{"events":"[]"}}""", 0)]
    [InlineData("""{"Data":{"events":"[\"\",\"\"]"}}""", 2)]
    [InlineData("""{"Data":{"events":"[null,\"\"]"}}""", 2)]
    public async Task EventsMayBeNoneOrEmpty(string body, int count)
    {
        using var batch = await ReadAsync(body);

        Assert.Equal(Enumerable.Repeat(Array.Empty<byte>(), count), Bodies(batch));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("nonsense")]
    [InlineData("""{"Data":{}}""")]
    [InlineData("""{"Data":{"events":null}}""")]
    [InlineData("""{"Data":{"events":{}}}""")]
    [InlineData("""{"Data":{"events":"[\"AQI=\""}}""")]
    [InlineData("""{"Data":{"events":"[\"A*I=\"]"}}""")]
    [InlineData("""{"Data":{"events":"[\"AQI\"]"}}""")]
    [InlineData("""{"Data":{"events":"[\"AQI=\"]""")]
    [InlineData("""{"Data":{"events":"[\"AQI=\"]"},""")]
    [InlineData("""{"Data":{"events":"[7]"}}""")]
    [InlineData("""{"Data":{"events":"[\"\u00e4\"]"}}""")]
    [InlineData("""{"Data":{"events":"x"}}""")]
    public async Task WhatIsNoInvocationIsRefused(string body)
    {
        for (var size = 1; size < 20; size++)
            await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(body, size));
    }

    [Fact]
    public async Task TwentyMegabytesOfEventsAreUnderstood()
    {
        var bodies = Enumerable.Range(0, 21).Select(i => Enumerable.Repeat((byte)i, 1_000_000 + i).ToArray()).ToList();
        var list = JsonSerializer.Serialize(bodies);
        var body = JsonSerializer.Serialize(new { Data = new { events = list }, Metadata = new { SequenceNumberArray = JsonSerializer.Serialize(Enumerable.Range(0, 21)) } });

        using var batch = await ReadAsync(body, 4096);

        Assert.Equal(bodies, Bodies(batch));
        Assert.Equal(20L, batch.SequenceNumberOf(20));
    }

    [Fact]
    public Task AnyBodiesInAnyPieces() =>
        Gen.Select(Gen.Byte.Array[0, 60].List[0, 6], Gen.Int[1, 50]).SampleAsync(async (bodies, size) =>
        {
            var list = "[" + string.Join(",", bodies.Select(body => $"\\\"{Convert.ToBase64String(body)}\\\"")) + "]";
            using var batch = await ReadAsync(string.Create(CultureInfo.InvariantCulture, $"{{\"Data\":{{\"events\":\"{list}\"}}}}"), size);
            Assert.Equal(bodies, Bodies(batch));
        }, iter: 1_000);

    [Fact]
    public void TheReplyIsNeverEmpty() =>
        Assert.Equal("""{"Logs":["line"],"Outputs":{},"ReturnValue":null}""", JsonSerializer.Serialize(new InvocationReply(["line"]), InvocationJson.Default.InvocationReply));

    private static List<byte[]> Bodies(ReceivedEvents batch) => [.. batch.Bodies.Select(body => body.WrittenSpan.ToArray())];

    private static async Task<ReceivedEvents> ReadAsync(string body, int pieceSize = int.MaxValue)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(body));
        var pieces = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: Math.Min(pieceSize, 1 << 20), minimumReadSize: 1));
        return await InvocationReader.ReadAsync(pieces, TestContext.Current.CancellationToken);
    }
}
