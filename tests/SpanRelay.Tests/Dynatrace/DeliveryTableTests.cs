using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Otlp.Schema;
using SpanRelay.Pipeline;
using SpanRelay.Tests.DeadLetters;

namespace SpanRelay.Tests.Dynatrace;

/// <summary>Every response that a server may give once, followed by a good one: whether the span is delivered, dead-lettered or held, after how many requests and which waits.</summary>
public sealed class DeliveryTableTests
{
    private const string Held = "held";
    private const string DeadLettered = "dead-lettered";
    private const string Delivered = "delivered";

    private static readonly int[] Blocked = [201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 401, 402, 403, 404, 405, 407, 410, 414, 421, 426, 431, 451, 501, 505, 511];
    private static readonly int[] Rejected = [400, 406, 409, 411, 412, 413, 415, 416, 417, 418, 422, 423, 424, 425, 428];
    private static readonly int[] RetryLater = [408, 429, 500, 502, 503, 504, 506, 507, 508, 520, 521, 522, 523, 524, 525, 529, 599];

    private static readonly byte[] Envelope = Encoding.UTF8.GetBytes(
        """{"error":{"code":400,"message":"why not","constraintViolations":[{"path":"a.b","message":"too long"}]}}""");

    private static readonly byte[] RpcStatus = [0x08, 3, 0x12, 7, .. "why not"u8];
    private static readonly byte[] Html = Encoding.UTF8.GetBytes("<!DOCTYPE html><html><head><title>Oh</title><style>p{}</style></head><body>\r\n<p>why&nbsp;not</p></body></html>");

    /// <summary>By name: the headers, the body, the length it declares, how it ends, and the text that the log must show of it.</summary>
    private static readonly (string Name, string Headers, byte[] Body, int? Length, Ending Ending, string Words)[] Bodies =
    [
        ("JSON envelope", "Content-Type: application/json\r\n", Envelope, null, Ending.Close, "why not; a.b: too long"),
        ("JSON cut short", "Content-Type: application/json\r\n", Envelope[..60], null, Ending.Close, "why not"),
        ("google.rpc.Status", "Content-Type: application/x-protobuf\r\n", RpcStatus, null, Ending.Close, "why not"),
        ("HTML", "Content-Type: text/html\r\n", Html, null, Ending.Close, "Oh why not"),
        ("HTML called protobuf", "Content-Type: application/x-protobuf\r\n", Html, null, Ending.Close, "Oh why not"),
        ("a malformed content type", "Content-Type: ;;/=\r\n", Envelope, null, Ending.Close, "why not; a.b: too long"),
        ("10 MB", "Content-Type: text/plain\r\n", [.. Enumerable.Repeat((byte)'x', 10_000_000)], null, Ending.Close, "xxx"),
        ("gzip", "Content-Encoding: gzip\r\n", Gzip(Envelope), null, Ending.Close, "why not; a.b: too long"),
        ("not gzip", "Content-Encoding: gzip\r\n", Envelope, null, Ending.Close, ""),
        ("Content-Length too large", "", Envelope, 5_000, Ending.Close, "why not; a.b: too long"),
        ("Content-Length too small", "", Envelope, Envelope.Length - 1, Ending.Close, "why not; a.b: too long"),
        ("the token sent back", "", Encoding.UTF8.GetBytes($"Authorization: Api-Token {Some.Token}"), null, Ending.Close, "Authorization: "),
        ("bytes", "", [0, 1, 2, 3, 255], null, Ending.Close, "The response is not text."),
    ];

    public static TheoryData<int, string, string> Refusals()
    {
        var rows = new TheoryData<int, string, string>();
        foreach (var (statuses, expected) in new[] { (Blocked, Held), (Rejected, DeadLettered), (RetryLater, Delivered) })
        {
            // Every status with one body, and every body with one status of each outcome.
            foreach (var status in statuses)
                rows.Add(status, Bodies[0].Name, expected);
            foreach (var body in Bodies.Skip(1))
                rows.Add(statuses.Intersect([404, 400, 503]).Single(), body.Name, expected);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task TheStatusDecidesRegardlessOfTheBody(int status, string bodyName, string expected)
    {
        var body = Bodies.Single(each => each.Name == bodyName);
        var hasNoBody = status is 204 or 304;
        await using var server = new RawServer(RawAnswer.Of($"{status} No", body.Headers, hasNoBody ? [] : body.Body, body.Ending, hasNoBody ? 0 : body.Length), RawAnswer.Accepted);

        var result = await ForwardAsync(server);

        AssertOutcome(expected, result);
        Assert.Equal(expected == Delivered ? 2 : 1, result.Report.Requests);
        Assert.Equal(result.Report.Requests, server.Requests);
        if (expected == Delivered)
            Assert.InRange(Assert.Single(result.Waits), TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(500));
        else
            AssertSays($"status {status}", hasNoBody ? "" : body.Words, result);
    }

    [Theory]
    [InlineData("empty", "", Delivered)]
    [InlineData("0A00", "", Delivered)]
    [InlineData("0A060802120274 6F", "\"to\"", DeadLettered)]
    [InlineData("0A0412026F6B", "\"ok\"", Delivered)]
    [InlineData("1A026F6B", "", Delivered)] // A field of a later version.
    [InlineData("7B7D", "", Delivered)] // {}
    [InlineData("7B227061727469616C53756363657373223A7B2272656A65637465645370616E73223A2231227D7D", "", DeadLettered)] // {"partialSuccess":{"rejectedSpans":"1"}}
    [InlineData("html", "Oh why not", Held)]
    [InlineData("rpc", "why not", Held)]
    [InlineData("json", "why not; a.b: too long", Held)]
    [InlineData("10 MB", "xxx", Held)]
    [InlineData("0A3C68746D6C3E", "", Held)] // A line break and <html>.
    [InlineData("6F6B", "ok", Held)]
    public async Task A200IsASuccessOnlyWithAnOtlpResponse(string form, string words, string expected)
    {
        byte[] body = form switch
        {
            "empty" => [],
            "html" => Html,
            "rpc" => RpcStatus,
            "json" => Envelope,
            "10 MB" => [.. Enumerable.Repeat((byte)'x', 10_000_000)],
            _ => Convert.FromHexString(form.Replace(" ", "", StringComparison.Ordinal)),
        };
        await using var server = new RawServer(RawAnswer.Of("200 OK", "Content-Type: text/html\r\n", body));

        var result = await ForwardAsync(server);

        Assert.Equal(1, result.Report.Requests);
        AssertOutcome(expected, result);
        if (expected == Held)
            AssertSays("status 200", words, result);
        else if (words.Length > 0)
            Assert.EndsWith(words, Assert.Single(result.Log), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> BrokenSuccesses() => new()
    {
        { "reset", Delivered }, { "truncated gzip", Delivered }, { "not gzip", Delivered }, { "cut chunk", Delivered },

        // There is something to say about the spans, and the count of rejected ones may follow.
        { "Content-Length too large", DeadLettered }, { "reset after a long message", DeadLettered },
    };

    [Theory]
    [MemberData(nameof(BrokenSuccesses))]
    public async Task A200WithATruncatedBodyIsASuccessUnlessAPartialSuccessIsCut(string how, string expected)
    {
        byte[] partial = new ExportTraceServiceResponse { PartialSuccess = new ExportTracePartialSuccess { ErrorMessage = new string('w', 100) } }.ToByteArray();
        await using var server = new RawServer(how switch
        {
            "reset" => RawAnswer.Of("200 OK", "", [], Ending.Reset, contentLength: 10),
            "reset after a long message" => RawAnswer.Of("200 OK", "", partial[..50], Ending.Reset, contentLength: partial.Length),
            "Content-Length too large" => RawAnswer.Of("200 OK", "", partial[..50], contentLength: partial.Length),
            "truncated gzip" => RawAnswer.Of("200 OK", "Content-Encoding: gzip\r\n", Gzip(partial)[..20]),
            "not gzip" => RawAnswer.Of("200 OK", "Content-Encoding: gzip\r\n", partial),
            _ => new RawAnswer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n"u8.ToArray()),
        });

        var result = await ForwardAsync(server);

        AssertOutcome(expected, result);
        Assert.Equal(1, server.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("not HTTP at all\r\n\r\n")]
    [InlineData("HTTP/1.1 two hundred\r\n\r\n")]
    public async Task AConnectionThatEndsBeforeTheResponseIsRetried(string start)
    {
        foreach (var ending in new[] { Ending.Close, Ending.Reset })
        {
            await using var server = new RawServer(new RawAnswer(Encoding.ASCII.GetBytes(start), ending), RawAnswer.Accepted);

            var result = await ForwardAsync(server);

            AssertOutcome(Delivered, result);
            Assert.Equal(2, server.Requests);
            Assert.Single(result.Waits);
        }
    }

    [Theory]
    [InlineData("", Delivered, 2)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le", Delivered, 2)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", Delivered, 1)] // Accepted: the rest of the body does not matter.
    [InlineData("HTTP/1.1 400 Bad\r\nContent-Length: 10\r\n\r\nno", DeadLettered, 1)]
    public async Task AResponseThatComesTooSlowlyTimesOutWithTheAttempt(string start, string expected, int requests)
    {
        await using var server = new RawServer(new RawAnswer(Encoding.ASCII.GetBytes(start), Ending.Silence), RawAnswer.Accepted);

        var result = await ForwardAsync(server);

        AssertOutcome(expected, result);
        Assert.Equal(requests, server.Requests);
        Assert.InRange(result.Took, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15.5));
    }

    [Theory]
    [InlineData(429, "7", 7)]
    [InlineData(503, "7", 7)]
    [InlineData(503, "Mon, 04 May 2026 10:20:42 GMT", 12)]
    [InlineData(408, "40", 40)]
    public async Task RetryAfterIsHonored(int status, string retryAfter, int seconds)
    {
        await using var server = new RawServer(RawAnswer.Of($"{status} No", $"Retry-After: {retryAfter}\r\n", []), RawAnswer.Accepted);

        var result = await ForwardAsync(server);

        AssertOutcome(Delivered, result);
        Assert.Equal([TimeSpan.FromSeconds(seconds)], result.Waits);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("soon")]
    [InlineData("Mon, 04 May 2026 10:00:00 GMT")]
    public async Task ARetryAfterWithoutMeaningIsIgnored(string retryAfter)
    {
        await using var server = new RawServer(RawAnswer.Of("429 No", $"Retry-After: {retryAfter}\r\n", []), RawAnswer.Accepted);

        Assert.InRange(Assert.Single((await ForwardAsync(server)).Waits), TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(500));
    }

    [Theory]
    [InlineData("41")]
    [InlineData("3600")]
    [InlineData("99999999999999999999")]
    [InlineData("Mon, 04 May 2026 12:00:00 GMT")]
    public async Task ARetryAfterBeyondTheBudgetEndsAtOnceAsHeld(string retryAfter)
    {
        await using var server = new RawServer(RawAnswer.Of("429 No", $"Retry-After: {retryAfter}\r\n", []), RawAnswer.Accepted);

        var result = await ForwardAsync(server);

        if (retryAfter.Length > 10 && char.IsDigit(retryAfter[0]))
            return; // A number that is too large is ignored.
        AssertOutcome(Held, result);
        Assert.Empty(result.Waits);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task ARequestThatKeepsFailingIsHeldWithinTheBudget()
    {
        await using var server = new RawServer(RawAnswer.Of("503 No", "", []));

        var result = await ForwardAsync(server);

        AssertOutcome(Held, result);
        Assert.InRange(result.Took, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(40));
        Assert.InRange(server.Requests, 7, 13);
        Assert.Equal(server.Requests - 1, result.Waits.Count);
        for (var i = 0; i < result.Waits.Count; i++)
        {
            var full = Math.Min(0.5 * Math.Pow(2, i), 10);
            Assert.InRange(result.Waits[i].TotalSeconds, full / 2, full);
        }
    }

    [Fact]
    public async Task ARequestWithoutAResponseIsHeldWithinTheBudget()
    {
        await using var server = new RawServer(new RawAnswer([], Ending.Silence));

        var result = await ForwardAsync(server);

        AssertOutcome(Held, result);
        Assert.Equal(3, server.Requests);
        Assert.InRange(result.Took, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(45));
        AssertSays("no response", "No response within", result);
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, "Blocked", 1)]
    [InlineData(SocketError.TryAgain, "RetryLater", 2)]
    [InlineData(SocketError.ConnectionRefused, "RetryLater", 2)]
    [InlineData(SocketError.NetworkUnreachable, "RetryLater", 2)]
    [InlineData(SocketError.TimedOut, "RetryLater", 2)]
    public async Task AnUnknownNameIsBlockedAndAFailedConnectionIsRetried(SocketError error, string outcome, int leastAttempts)
    {
        var time = new SteppedTime(Some.Now);
        var options = Some.Dynatrace();
        var handler = DynatraceClient.CreateHandler(options);
        handler.ConnectCallback = (_, _) => throw new SocketException((int)error);
        using var client = new DynatraceClient(options, time, handler);

        var result = await ForwardAsync(options, client, time, () => 0);

        AssertOutcome(Held, result);
        Assert.InRange(result.Report.Requests, leastAttempts, leastAttempts == 1 ? 1 : 15);
        AssertSays($"{outcome}, no response", "", result);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return output.ToArray();
    }

    private static void AssertOutcome(string expected, Result result)
    {
        Assert.Equal(expected == Delivered ? 1 : 0, result.Report.SpansDelivered);
        Assert.Equal(expected == DeadLettered ? 1 : 0, result.Report.SpansDeadLettered);
        Assert.Equal(expected == Held ? 1 : 0, result.Report.SpansHeld);
        Assert.Equal(expected != Held, result.Report.IsSettled);
    }

    private static void AssertSays(string status, string words, Result result)
    {
        var line = Assert.Single(result.Log);
        Assert.Contains(status, line, StringComparison.Ordinal);
        Assert.Contains(words, line, StringComparison.Ordinal);
        Assert.DoesNotContain(Some.Token[^64..], line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
        Assert.InRange(line.Length, 1, 1_500);
    }

    private static async Task<Result> ForwardAsync(RawServer server)
    {
        var time = new SteppedTime(Some.Now);
        var options = Some.Dynatrace(server.Address);
        using var client = new DynatraceClient(options, time);
        return await ForwardAsync(options, client, time, () => server.Silent);
    }

    private static async Task<Result> ForwardAsync(DynatraceOptions options, DynatraceClient client, SteppedTime time, Func<int> unanswered)
    {
        var log = new CollectingLogger<Relay>();
        var relay = new Relay(new RelayOptions { Dynatrace = options }, client, new CollectingDeadLetterStore(), time, log);
        var batch = Some.Batch(Some.Request(Some.Span()).ToByteArray());
        var report = await time.RunAsync(relay.ForwardAsync(batch, TestContext.Current.CancellationToken), unanswered, graceMilliseconds: 500);
        return new Result(report, time.Waits, time.GetUtcNow() - Some.Now, log.Lines);
    }

    private sealed record Result(RelayReport Report, IReadOnlyList<TimeSpan> Waits, TimeSpan Took, IReadOnlyList<string> Log);
}
