using System.IO.Compression;
using System.Security.Cryptography;
using CsCheck;
using Google.Protobuf;
using SpanRelay.DeadLetters;
using SpanRelay.Ingest;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Tests.Otlp;

namespace SpanRelay.Tests.Ingest;

public class ExportPreparationTests
{
    private static readonly Redactor ByDefault = new(new RedactionOptions(), ResourceAttributes.None);

    [Fact]
    public void EverySpanIsInOneEventOrDeadLetterAndStaysWithItsResourceItsScopeAndItsTrace() =>
        Gen.Select(AnyRequest.Requests.List[1, 4], Gen.Int[150, 3_000], Gen.Bool).Sample((requests, maxEventBytes, redact) =>
        {
            var sent = Concat(requests);
            var prepared = Prepare(sent, maxEventBytes, redact);
            if (prepared.Refusal is not null)
            {
                Assert.Contains("No span has", prepared.Refusal.Message, StringComparison.Ordinal);
                return;
            }

            var exports = prepared.Events.Select(each => CollectingHub.Gunzip(each.Body)).Concat(prepared.DeadLetters.Select(each => each.Payload.ToArray()));
            var expected = CollectingHub.SpansIn((redact ? ByDefault : Redactor.ThatKeepsEverything).Redact(sent).Output).Select(Key);
            var actual = exports.SelectMany(CollectingHub.SpansIn).Select(Key);
            if (redact || prepared.DeadLetters.Count == 0)
                Assert.Equal(expected.Order(), actual.Order());
            else
                Assert.Equal(expected.Count(), actual.Count()); // What is dead-lettered is redacted all the same.
            Assert.All(prepared.Events, each => Assert.InRange(each.Body.Length, 1, maxEventBytes));
            Assert.All(prepared.Events, each => Assert.All(
                CollectingHub.SpansIn(CollectingHub.Gunzip(each.Body)),
                found => Assert.Equal(TraceGroups.PartitionKey(TraceGroups.GroupOf(found.Span.TraceId.Span)), each.PartitionKey)));
        });

    [Fact]
    public void OneTraceHasOnePartitionKeyWhateverElseIsInTheExport()
    {
        var alone = Prepare(Some.Request(Some.Span(7)).ToByteArray());
        var among = Prepare(Some.Request([.. Enumerable.Range(1, 50).Select(id => Some.Span(id))]).ToByteArray());

        var key = Assert.Single(alone.Events).PartitionKey;
        var found = among.Events.Where(each => CollectingHub.SpansIn(CollectingHub.Gunzip(each.Body)).Any(found => found.Span.TraceId == Some.Span(7).TraceId));
        Assert.Equal(key, Assert.Single(found).PartitionKey);
    }

    [Fact]
    public void AThousandTracesBecomeNoMoreEventsThanThereAreGroups()
    {
        var prepared = Prepare(Some.Request([.. Enumerable.Range(1, 1_000).Select(id => Some.Span(id))]).ToByteArray());

        Assert.Equal(TraceGroups.Count, prepared.Events.Count);
        Assert.Equal(1_000, prepared.Events.Sum(each => CollectingHub.SpansIn(CollectingHub.Gunzip(each.Body)).Count()));
    }

    [Fact]
    public void BytesThatDoNotCompressAreCutUntilTheyFit()
    {
        var spans = Enumerable.Range(1, 40).Select(_ => SpanWith(RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 100_000), id: 1));

        var prepared = Prepare(Some.Request([.. spans]).ToByteArray(), maxEventBytes: 200_000);

        Assert.Empty(prepared.DeadLetters);
        Assert.All(prepared.Events, each => Assert.InRange(each.Body.Length, 1, 200_000));
        Assert.Equal(40, prepared.Events.Sum(each => CollectingHub.SpansIn(CollectingHub.Gunzip(each.Body)).Count()));
        Assert.InRange(prepared.Events.Count, 14, 40);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ASpanLargerThanAnEventIsDeadLetteredRedactedAndItsNeighborsAreSent(bool redact)
    {
        var large = SpanWith(Convert.ToHexString(RandomNumberGenerator.GetBytes(100_000)), id: 2);
        large.Attributes.Add(Some.Attribute("gen_ai.prompt", "a planted prompt"));
        var export = Some.Request(Some.Span(1), large, Some.Span(3)).ToByteArray();

        var prepared = Prepare(export, maxEventBytes: 60_000, redact);

        var letter = Assert.Single(prepared.DeadLetters);
        Assert.Equal((DeadLetterReason.TooLargeForEvent, 1L), (letter.Reason, letter.Spans));
        Assert.Equal(large.SpanId, Assert.Single(CollectingHub.SpansIn(letter.Payload.ToArray())).Span.SpanId);
        Assert.False(letter.Payload.ToArray().Contains("a planted prompt"));
        Assert.Equal(2, prepared.Events.Sum(each => CollectingHub.SpansIn(CollectingHub.Gunzip(each.Body)).Count()));
    }

    [Fact]
    public void ASpanWithoutIdsIsDeadLetteredAloneAndItsNeighborsAreSent()
    {
        var broken = Some.Span(2);
        broken.TraceId = ByteString.CopyFrom(1, 2, 3);

        var prepared = Prepare(Some.Request(Some.Span(1), broken, Some.Span(3)).ToByteArray());

        Assert.Equal(DeadLetterReason.WithoutIds, Assert.Single(prepared.DeadLetters).Reason);
        Assert.Equal(2, prepared.Events.Sum(each => CollectingHub.SpansIn(CollectingHub.Gunzip(each.Body)).Count()));
    }

    [Fact]
    public void NothingPlantedIsInTheEventsUnlessRedactionIsOff()
    {
        var span = Some.Span();
        span.Attributes.Add(Some.Attribute("gen_ai.prompt", "a planted prompt"));
        var export = Some.Request(span).ToByteArray();

        Assert.False(CollectingHub.Gunzip(Prepare(export).Events[0].Body).Contains("a planted prompt"));
        Assert.True(CollectingHub.Gunzip(Prepare(export, redact: false).Events[0].Body).Contains("a planted prompt"));
    }

    /// <summary>Otherwise a request of a megabyte would become gigabytes.</summary>
    [Fact]
    public void AnExportWhoseResourceEveryEventWouldRepeatTooOftenIsRefused()
    {
        var request = Some.Request([.. Enumerable.Range(1, 2_000).Select(id => Some.Span(id))]);
        request.ResourceSpans[0].Resource.Attributes.Add(Some.Attribute("host.name", Convert.ToHexString(RandomNumberGenerator.GetBytes(500_000))));

        Assert.Equal(413, Prepare(request.ToByteArray()).Refusal?.Status);
    }

    /// <summary>The same with many resources, of which each event repeats a few.</summary>
    [Fact]
    public void AnExportOfManyLargeResourcesIsRefusedWhereTheyWouldBeRepeated()
    {
        var request = new ExportTraceServiceRequest();
        for (var i = 0; i < 40; i++)
        {
            var resource = Some.Request([.. Enumerable.Range(1, 200).Select(id => Some.Span(id))]).ResourceSpans[0];
            resource.Resource.Attributes.Add(Some.Attribute("host.name", new string('x', 100_000)));
            request.ResourceSpans.Add(resource);
        }

        Assert.Equal(413, Prepare(request.ToByteArray()).Refusal?.Status);
    }

    public static TheoryData<string, string?, string, int, string> Bodies => new()
    {
        { "application/x-protobuf", null, "protobuf", 200, "" },
        { "application/x-protobuf; charset=utf-8", "GZIP", "gzip", 200, "" },
        { "application/x-protobuf", "zstd", "zstd", 200, "" },
        { "application/x-protobuf", "deflate", "zlib", 200, "" },
        { "application/json", "identity", "json", 200, "" },
        { "Application/JSON", "gzip", "gzipped json", 200, "" },
        { "application/x-protobuf", null, "empty", 200, "" },
        { "application/json", null, "empty object", 200, "" },
        { "application/json", null, "empty", 400, "no body" },
        { "application/json", null, "protobuf", 400, "json" },
        { "application/x-protobuf", null, "json", 400, "protobuf" },
        { "application/x-protobuf", null, "gzip", 400, "gzip+protobuf" },
        { "application/x-protobuf", "gzip", "protobuf", 400, "gzip+protobuf" },
        { "application/x-protobuf", "gzip", "truncated gzip", 400, "truncated" },
        { "application/x-protobuf", "gzip", "bomb", 413, "inflates" },
        { "application/x-protobuf", null, "logs", 400, "traces only" },
        { "application/x-protobuf", null, "metrics", 400, "traces only" },
        { "application/json", null, "logs in json", 400, "traces only" },
        { "application/x-protobuf", null, "text", 400, "not valid protobuf" },
        { "application/json", null, "text in json", 400, "resourceSpans" },
        { "application/json", null, "base64", 400, "base64" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void EachBodyHasItsAnswer(string contentType, string? contentEncoding, string body, int status, string message)
    {
        var prepared = Preparation(1_000_000).Prepare(new IngestHeaders(contentType, contentEncoding), BodyOf(body));

        Assert.Equal(status, prepared.Refusal?.Status ?? 200);
        Assert.Contains(message, prepared.Refusal?.Message ?? "", StringComparison.OrdinalIgnoreCase);
        Assert.Equal(status == 200 && !body.StartsWith("empty", StringComparison.Ordinal), prepared.Events.Count > 0);
    }

    private static byte[] BodyOf(string name)
    {
        var export = Some.Request(Some.Span()).ToByteArray();
        var json = System.Text.Encoding.UTF8.GetBytes(OtlpJsonText.Of(Some.Request(Some.Span())));
        return name switch
        {
            "protobuf" => export,
            "json" => json,
            "gzip" => Compress(export, stream => new GZipStream(stream, CompressionLevel.Fastest)),
            "gzipped json" => Compress(json, stream => new GZipStream(stream, CompressionLevel.Fastest)),
            "zlib" => Compress(export, stream => new ZLibStream(stream, CompressionLevel.Fastest)),
            "zstd" => Compress(export, stream => new ZstdSharp.CompressionStream(stream)),
            "truncated gzip" => Compress(export, stream => new GZipStream(stream, CompressionLevel.Fastest))[..^9],
            "bomb" => Compress(new byte[70 * 1024 * 1024], stream => new GZipStream(stream, CompressionLevel.Fastest)),
            "empty" => [],
            "empty object" => "{}"u8.ToArray(),
            "logs" => InResource([0x09, .. BitConverter.GetBytes(1L), 0x2A, 7, 0x0A, 5, .. "hello"u8]), // A time and a body.
            "metrics" => InResource([0x0A, 3, .. "cpu"u8, 0x2A, 11, 0x0A, 9, 0x19, .. BitConverter.GetBytes(1L)]), // A name and a gauge.
            "logs in json" => """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}}]}]}]}"""u8.ToArray(),
            "text" => "hello, this is a text and no export"u8.ToArray(),
            "text in json" => """{"message":"hello"}"""u8.ToArray(),
            "base64" => System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(export)),
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
    }

    private static byte[] InResource(byte[] item) => Field(0x0A, Field(0x12, Field(0x12, item)));

    private static byte[] Field(byte tag, byte[] content) => [tag, (byte)content.Length, .. content];

    private static byte[] Compress(byte[] bytes, Func<Stream, Stream> open)
    {
        using var output = new MemoryStream();
        using (var stream = open(output))
            stream.Write(bytes);
        return output.ToArray();
    }

    private static string Key((ResourceSpans Around, Span Span) found) =>
        Convert.ToHexString(found.Around.ToByteArray()) + "|" + Convert.ToHexString(found.Span.ToByteArray());

    private static byte[] Concat(List<ExportTraceServiceRequest> requests) => [.. requests.SelectMany(each => each.ToByteArray())];

    private static Span SpanWith(string text, int id)
    {
        var span = Some.Span(id);
        span.Attributes.Add(Some.Attribute("url.path", text));
        return span;
    }

    private static PreparedExport Prepare(byte[] export, int maxEventBytes = 1_000_000, bool redact = true) =>
        Preparation(maxEventBytes, redact).Prepare(new IngestHeaders("application/x-protobuf", null), export);

    private static ExportPreparation Preparation(int maxEventBytes, bool redact = true) =>
        new(redact ? ByDefault : Redactor.ThatKeepsEverything, ByDefault, maxEventBytes, TimeProvider.System);
}
