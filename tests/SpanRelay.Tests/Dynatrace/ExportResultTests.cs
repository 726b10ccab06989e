using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using CsCheck;
using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Dynatrace;

/// <summary>How many spans an answer rejects, in every spelling that a receiver or a proxy may use. A missed count would lose spans silently.</summary>
public sealed class ExportResultTests
{
    [Theory]
    [InlineData("""{"partialSuccess":{"rejectedSpans":2}}""", 2)]
    [InlineData("""{"partialSuccess":{"rejectedSpans":"2"}}""", 2)]
    [InlineData("""{"partialSuccess":{"rejected_spans":2}}""", 2)]
    [InlineData("""{"partial_success":{"rejected_spans":"2"}}""", 2)]
    [InlineData("""{"partial_success":{"rejectedSpans":2.0}}""", 2)]
    [InlineData("""{"partialSuccess":{"rejectedSpans":2e0}}""", 2)]
    [InlineData("""{"partialSuccess":{"rejectedSpans":0.2E+1}}""", 2)]
    [InlineData("""{"partialSuccess":{"rejectedSpans":"2.0"}}""", 2)]
    [InlineData("""{"partialSuccess":{"rejectedSpans":" 2 "}}""", 2)]
    [InlineData("""{"partialSuccess":{"rejectedSpans":"20e-1"}}""", 2)]
    [InlineData("""{"partialSuccess":{"\u0072ejectedSpans":2}}""", 2)]
    [InlineData("""{"partial\u0053uccess":{"rejectedSpans":"\u0032"}}""", 2)]
    [InlineData("""{"partialSuccess":{"errorMessage":"no","rejectedSpans":2,"other":[{"rejectedSpans":9}]}}""", 2)]
    [InlineData("""{"traceId":"x","partialSuccess":{"rejectedSpans":2}}""", 2)]
    [InlineData("""{"partialSuccess":{"rejectedSpans":0,"rejected_spans":2}}""", 2)]
    [InlineData("""{"partialSuccess":{"rejectedSpans":2},"partialSuccess":null}""", 2)]
    [InlineData(" \r\n\t{ \"partialSuccess\" : { \"rejectedSpans\" : 2 } }\n", 2)]
    [InlineData("\uFEFF{\"partialSuccess\":{\"rejectedSpans\":2}}", 2)]
    [InlineData("""{"partialSuccess":{"rejectedSpans":1e30}}""", long.MaxValue)]
    [InlineData("""{"partialSuccess":{"rejectedSpans":99999999999999999999999999999999999999}}""", long.MaxValue)]
    [InlineData("""{"partialSuccess":{"rejectedSpans":1.5}}""", 2)]
    [InlineData("""{"partialSuccess":{"rejectedSpans":true}}""", 1)] // At least one, whatever that means.
    [InlineData("""{"partialSuccess":{"rejectedSpans":"some"}}""", 1)]
    [InlineData("""{"partialSuccess":{"rejectedSpans":{}}}""", 1)]
    [InlineData("""{"partialSuccess":{"rejectedSpans":-3}}""", 0)]
    [InlineData("""{"partialSuccess":{"rejectedSpans":null}}""", 0)]
    [InlineData("""{"partialSuccess":{"rejectedSpans":0}}""", 0)]
    [InlineData("""{"partialSuccess":{"errorMessage":"careful"}}""", 0)]
    [InlineData("""{"partialSuccess":null}""", 0)]
    [InlineData("""{"partialSuccess":{}}""", 0)]
    [InlineData("{}", 0)]
    public async Task EverySpellingInJsonIsRead(string json, long expected)
    {
        var result = await ReadAsync(Encoding.UTF8.GetBytes(json));

        Assert.Equal(expected, result!.Value.RejectedSpans);
    }

    [Theory]
    [InlineData("""{"status":"ok"}""")]
    [InlineData("""{"partialSuccess":2}""")]
    [InlineData("""{"partialSuccess":{"rejectedSpans":0}} or not""")]
    [InlineData("""{"partialSuccess":{"rejectedSpans":02}}""")]
    [InlineData("""[{"partialSuccess":{}}]""")]
    [InlineData("ok")]
    public async Task WhatNoReceiverAnswersIsNoSuccess(string body) => Assert.Null(await ReadAsync(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void TheCountIsFoundBehindAMessageOfAnyLength() => Gen.Select(Gen.Int[0, 200_000], Gen.Int[0, 5], Gen.Bool).Sample(
        (length, form, isZipped) =>
        {
            var message = new string('w', length);
            byte[] body = form switch
            {
                0 => Protobuf(3, message, countFirst: true),
                1 => Protobuf(3, message, countFirst: false),
                2 => Encoding.UTF8.GetBytes($$$"""{"partialSuccess":{"errorMessage":"{{{message}}}","rejectedSpans":3}}"""),
                3 => Encoding.UTF8.GetBytes($$$"""{"partial_success":{"error_message":"{{{message}}}","rejected_spans":"3"}}"""),
                4 => Encoding.UTF8.GetBytes($$$"""{"note":"{{{message}}}","partialSuccess":{"rejectedSpans":3.0}}"""),
                _ => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes($$$"""{"partialSuccess":{"errorMessage":"{{{message}}}","rejectedSpans":3}}""")],
            };
            Assert.Equal(3, ReadAsync(isZipped ? Gzip(body) : body).GetAwaiter().GetResult()!.Value.RejectedSpans);
        },
        iter: 60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TheCountIsFoundBehindTheLongestMessage(bool isJson)
    {
        var message = new string('w', ResponseBody.MaxBytes - 100);

        var result = await ReadAsync(isJson ? Encoding.UTF8.GetBytes($$$"""{"partialSuccess":{"errorMessage":"{{{message}}}","rejectedSpans":3}}""") : Protobuf(3, message, countFirst: false));

        Assert.Equal(3, result!.Value.RejectedSpans);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AMessageBeyondTheLimitCountsAsOneSpanAtLeast(bool isJson)
    {
        var message = new string('w', ResponseBody.MaxBytes);

        var result = await ReadAsync(isJson ? Encoding.UTF8.GetBytes($$$"""{"partialSuccess":{"errorMessage":"{{{message}}}","rejectedSpans":3}}""") : Protobuf(3, message, countFirst: false));

        Assert.Equal((1, true), (result!.Value.RejectedSpans, result.Value.IsCut));
    }

    [Fact]
    public async Task AnEndlessAnswerIsReadToTheLimitOnly()
    {
        await using var endless = new EndlessStream();
        using var content = new StreamContent(endless);

        var body = await ResponseBody.ReadAsync(content, ResponseBody.MaxBytes, TestContext.Current.CancellationToken);

        Assert.Equal(ResponseBody.MaxBytes, body.Bytes.Length);
        Assert.False(body.IsWhole);
    }

    private static async Task<ExportResult?> ReadAsync(byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        return ExportResult.TryRead(await ResponseBody.ReadAsync(content, ResponseBody.MaxBytes, CancellationToken.None), out var result) ? result : null;
    }

    private static byte[] Protobuf(long rejected, string message, bool countFirst)
    {
        byte[] count = new ExportTracePartialSuccess { RejectedSpans = rejected }.ToByteArray();
        byte[] said = new ExportTracePartialSuccess { ErrorMessage = message }.ToByteArray();
        var partial = ByteString.CopyFrom(countFirst ? [.. count, .. said] : [.. said, .. count]);
        using var bytes = new MemoryStream();
        using var output = new CodedOutputStream(bytes);
        output.WriteTag(1, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(partial);
        output.Flush();
        return bytes.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return output.ToArray();
    }

    private sealed class EndlessStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)'w');
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
