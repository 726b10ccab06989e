using System.IO.Compression;
using System.Text;
using CsCheck;
using Google.Protobuf;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Otlp;

public class PayloadDecoderTests
{
    private const string Json = """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"x"}]}]}]}""";

    [Fact]
    public void ProtobufIsTakenAsItIs()
    {
        var body = Some.Request(Some.Span()).ToByteArray();

        Assert.Equal(body, Decode(body, out var problem));
        Assert.Equal(PayloadProblem.None, problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \t\r")]
    [InlineData("\uFEFF")]
    public void JsonIsConverted(string before)
    {
        var export = ExportTraceServiceRequest.Parser.ParseFrom(Decode(Encoding.UTF8.GetBytes(before + Json), out var problem));

        Assert.Equal(PayloadProblem.None, problem);
        Assert.Equal("x", Assert.Single(export.Spans()).Name);
    }

    [Fact]
    public void EitherMayBeGzippedEvenInSeveralMembers()
    {
        var protobuf = Some.Request(Some.Span()).ToByteArray();

        Assert.Equal(protobuf, Decode(Gzip(protobuf), out _));
        Assert.Equal(protobuf, Decode([.. Gzip(protobuf[..10]), .. Gzip(protobuf[10..])], out _));
        Assert.Single(ExportTraceServiceRequest.Parser.ParseFrom(Decode(Gzip(Encoding.UTF8.GetBytes(Json)), out _)).ResourceSpans);
    }

    [Fact]
    public void NoLawfulProtobufLooksLikeJson()
    {
        // The first lengths decide whether a request starts like "\n{": so they are chosen, by the length of a schema URL.
        Gen.Select(AnyRequest.Requests, Gen.Int[0, 200]).Sample((request, padding) =>
        {
            if (request.ResourceSpans.Count == 0)
                return;
            request.ResourceSpans[0].SchemaUrl = new string('x', padding);
            Assert.False(OtlpJson.LooksLikeJson(request.ToByteArray()));
        });
    }

    [Fact]
    public void ARequestThatStartsWithNewlineAndBraceIsProtobuf()
    {
        var request = Some.Request();
        request.ResourceSpans[0].SchemaUrl = "";
        request.ResourceSpans[0].SchemaUrl = new string('x', 123 - request.ResourceSpans[0].CalculateSize() - 2);
        var body = request.ToByteArray();
        Assert.Equal("\n{"u8, body.AsSpan(0, 2));

        Assert.Equal(body, Decode(body, out _));
    }

    [Fact]
    public void WhatCannotBeReadSaysWhy()
    {
        var gzipped = Gzip(Encoding.UTF8.GetBytes(Json));

        Assert.Equal(PayloadProblem.Empty, ProblemOf([]));
        Assert.Equal(PayloadProblem.Empty, ProblemOf(Gzip([])));
        Assert.Equal(PayloadProblem.BrokenGzip, ProblemOf([0x1F, 0x8B]));
        Assert.Equal(PayloadProblem.BrokenGzip, ProblemOf(gzipped[..(gzipped.Length / 2)]));
        Assert.Equal(PayloadProblem.BrokenGzip, ProblemOf(gzipped[..^1]));
        Assert.Equal(PayloadProblem.BrokenGzip, ProblemOf([.. gzipped[..20], 0xFF, 0xFF, .. gzipped[22..]]));
        Assert.Equal(PayloadProblem.InvalidJson, ProblemOf("{\"resourceSpans\":["u8.ToArray()));
        Assert.Equal(PayloadProblem.InvalidJson, ProblemOf("{\"resourceSpans\":7}"u8.ToArray()));
        Assert.Equal(PayloadProblem.NotTraces, ProblemOf("{\"resourceLogs\":[{}]}"u8.ToArray()));
    }

    [Fact]
    public void AGzipBombIsGivenUpAtTheLimit()
    {
        var bomb = Gzip(new byte[PayloadDecoder.MaxInflatedBytes + 1]);
        Assert.InRange(bomb.Length, 0, 1_000_000);

        Assert.Equal(PayloadProblem.InflatesTooFar, ProblemOf(bomb));
    }

    [Fact]
    public void OneDecoderServesManyEvents()
    {
        using var decoder = new PayloadDecoder();
        var first = Some.Request(Some.Span(1)).ToByteArray();
        var second = Some.Request(Some.Span(2, "another name, and a longer one")).ToByteArray();

        Assert.Equal(second, decoder.Decode(Gzip(second), out _).ToArray());
        Assert.Equal(first, decoder.Decode(Gzip(first), out _).ToArray());
    }

    private static byte[] Decode(byte[] body, out PayloadProblem problem)
    {
        using var decoder = new PayloadDecoder();
        return decoder.Decode(body, out problem).ToArray();
    }

    [Fact]
    public void ASizeThatAStreamCannotHaveReservesNoMemory()
    {
        const long Most = 8 * 1024 * 1024;
        byte[] forged = [.. Gzip(Encoding.UTF8.GetBytes(Json))[..^4], 0xFF, 0xFF, 0xFF, 0x7F];
        var before = GC.GetAllocatedBytesForCurrentThread();

        var problem = ProblemOf(forged);

        Assert.Equal(PayloadProblem.BrokenGzip, problem);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Most);
    }

    private static PayloadProblem ProblemOf(byte[] body)
    {
        Assert.Empty(Decode(body, out var problem));
        return problem;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return output.ToArray();
    }
}
