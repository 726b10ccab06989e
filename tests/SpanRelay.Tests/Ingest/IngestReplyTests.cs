using System.Text;
using SpanRelay.Ingest;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Ingest;

public class IngestReplyTests
{
    private static readonly IngestReply Partial = new(200, "two were \"odd\"", 2);

    [Fact]
    public void SuccessIsAnEmptyResponse()
    {
        Assert.Empty(IngestReply.Accepted.ToBody(isJson: false));
        Assert.Equal("{}", Text(IngestReply.Accepted.ToBody(isJson: true)));
    }

    [Fact]
    public void RejectedSpansAreAPartialSuccess()
    {
        var parsed = ExportTraceServiceResponse.Parser.ParseFrom(Partial.ToBody(isJson: false));
        Assert.Equal((2, "two were \"odd\""), (parsed.PartialSuccess.RejectedSpans, parsed.PartialSuccess.ErrorMessage));
        Assert.Equal("""{"partialSuccess":{"rejectedSpans":"2","errorMessage":"two were \u0022odd\u0022"}}""", Text(Partial.ToBody(isJson: true)));
    }

    /// <summary>google.rpc.Status: int32 code = 1, string message = 2.</summary>
    [Theory]
    [InlineData(400, 3)]
    [InlineData(401, 16)]
    [InlineData(404, 12)]
    [InlineData(405, 12)]
    [InlineData(413, 11)]
    [InlineData(415, 3)]
    [InlineData(503, 14)]
    public void FailuresAreAStatus(int status, int code)
    {
        var reply = new IngestReply(status, "why");
        Assert.Equal([0x08, (byte)code, 0x12, 3, (byte)'w', (byte)'h', (byte)'y'], reply.ToBody(isJson: false));
        Assert.Equal($$"""{"code":{{code}},"message":"why"}""", Text(reply.ToBody(isJson: true)));
    }

    [Fact]
    public void OnlyAnExportThatMayBeRetriedSaysWhen()
    {
        Assert.Equal("1", IngestReply.Busy("").RetryAfterSeconds);
        Assert.Null(new IngestReply(400).RetryAfterSeconds);
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
