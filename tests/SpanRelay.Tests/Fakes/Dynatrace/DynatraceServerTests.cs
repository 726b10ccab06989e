using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Otlp.Schema;
using SpanRelay.Tests.Local;

namespace SpanRelay.Tests.Fakes.Dynatrace;

public sealed class DynatraceServerTests : IAsyncLifetime
{
    private const string Traces = "/api/v2/otlp/v1/traces";
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 10, 20, 30, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);
    private readonly DynatraceToken _token = DynatraceToken.CreateClassic();
    private readonly HttpClient _client = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None });
    private DynatraceServer _dynatrace = null!;

    public async ValueTask InitializeAsync()
    {
        _dynatrace = await DynatraceServer.StartAsync(new DynatraceServerOptions { TimeProvider = _time }, TestContext.Current.CancellationToken);
        _dynatrace.AddToken(_token);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _dynatrace.DisposeAsync();
    }

    [Theory]
    [InlineData(Traces)]
    [InlineData("/e/abc12345/api/v2/otlp/v1/traces")]
    public async Task SpansAreAcceptedAndKept(string path)
    {
        using var answer = await PostAsync(SomeSpans.Ended(Now, Now).ToByteArray(), path: path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/x-protobuf", answer.Content.Headers.ContentType?.ToString());
        Assert.Null((await ResponseAsync(answer)).PartialSuccess);
        Assert.Equal(["ChatCompletion", "ChatCompletion"], _dynatrace.Spans.Select(received => received.Span.Name));
        Assert.Equal("tfy-llm-gateway", _dynatrace.Spans[0].Resource.Attributes.Single().Value.StringValue);
    }

    [Fact]
    public async Task GzipIsInflatedAndBothLengthsAreCaptured()
    {
        var body = SomeSpans.Ended([.. Enumerable.Repeat(Now, 50)]).ToByteArray();
        var gzipped = Gzip(body);
        using var answer = await PostAsync(gzipped, request => request.Content!.Headers.ContentEncoding.Add("gzip"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var captured = Assert.Single(_dynatrace.Requests);
        Assert.Equal(body, captured.Body.ToArray());
        Assert.Equal(gzipped.Length, captured.CompressedLength);
        Assert.Equal(50, captured.AcceptedSpans);
        Assert.Equal(200, captured.Response.Status);
        Assert.Equal($"Api-Token {_token.Value}", captured.Headers["authorization"]);
        Assert.Equal(Now, captured.Time);
    }

    [Theory]
    [InlineData("/v1/traces")]
    [InlineData("/api/v2/otlp/v1/traces/")]
    [InlineData("/e//api/v2/otlp/v1/traces")]
    [InlineData("/api/v2/otlp/v1/logs")]
    public async Task AnotherPathIsNotFoundInHtml(string path)
    {
        using var answer = await PostAsync([], path: path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task TheWebInterfacesHostIsNotFound()
    {
        using var answer = await PostAsync([], request => request.Headers.Host = "abc12345.apps.dynatrace.com");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task OnlyPostIsAllowed()
    {
        using var answer = await PostAsync([], request => request.Method = HttpMethod.Put);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Theory]
    [InlineData("classic", "Api-Token", 200)]
    [InlineData("classic", "Bearer", 401)]
    [InlineData("platform", "Bearer", 200)]
    [InlineData("platform", "Api-Token", 401)]
    [InlineData("unknown", "Api-Token", 401)]
    [InlineData("revoked", "Api-Token", 401)]
    [InlineData("classic without scope", "Api-Token", 403)]
    [InlineData("platform without scope", "Bearer", 403)]
    public async Task TheSchemeAndTheScopeMustFitTheToken(string kind, string scheme, int status)
    {
        var token = kind switch
        {
            "platform" => DynatraceToken.CreatePlatform(),
            "classic without scope" => DynatraceToken.CreateClassic("metrics.ingest"),
            "platform without scope" => DynatraceToken.CreatePlatform("openpipeline:logs:ingest"),
            _ => DynatraceToken.CreateClassic(),
        };
        if (kind != "unknown")
            _dynatrace.AddToken(token);
        if (kind == "revoked")
            _dynatrace.RevokeToken(token);
        using var answer = await PostAsync([], request => Authorize(request, $"{scheme} {token.Value}"));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(Body(status, kind), status == 200 ? "" : await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Api-Token")]
    public async Task WithoutATokenItIs401(string? authorization)
    {
        using var answer = await PostAsync([], request => Authorize(request, authorization));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData(null)]
    public async Task AnotherContentTypeIs415(string? contentType)
    {
        using var answer = await PostAsync([], request => request.Content!.Headers.ContentType = contentType is null ? null : new MediaTypeHeaderValue(contentType));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Fact]
    public async Task TooLargeIs413WhetherItWasCompressedOrNot()
    {
        var body = new byte[8_000_001];
        using var plain = await PostAsync(body);
        using var gzipped = await PostAsync(Gzip(body), request => request.Content!.Headers.ContentEncoding.Add("gzip"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, plain.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, gzipped.StatusCode);
    }

    [Fact]
    public async Task JustUnderTheLimitIsAccepted()
    {
        var span = SomeSpans.Span(Now);
        span.TraceState = new string('x', 7_999_000);
        using var answer = await PostAsync(SomeSpans.Request(span).ToByteArray());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task WhatIsNotARequestIs400()
    {
        var withoutId = SomeSpans.Span(Now);
        withoutId.SpanId = ByteString.Empty;
        foreach (var body in new[] { [0xff, 0xff], "{\"resourceSpans\":[]}"u8.ToArray(), SomeSpans.Request(withoutId).ToByteArray() })
        {
            using var answer = await PostAsync(body);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        using var notGzip = await PostAsync([1, 2, 3], request => request.Content!.Headers.ContentEncoding.Add("gzip"));
        Assert.Equal(HttpStatusCode.BadRequest, notGzip.StatusCode);
        Assert.Empty(_dynatrace.Spans);
        Assert.Equal(4, _dynatrace.Requests.Count);
    }

    [Fact]
    public async Task SpansTooOldOrTooFarAheadAreDroppedSilently()
    {
        var second = TimeSpan.FromSeconds(1);
        var (oldest, newest) = (Now.AddMinutes(-60), Now.AddMinutes(10));
        using var answer = await PostAsync(SomeSpans.Ended(oldest - second, oldest, newest, newest + second, DateTimeOffset.UnixEpoch).ToByteArray());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null((await ResponseAsync(answer)).PartialSuccess);
        Assert.Equal(2, _dynatrace.Spans.Count);
        Assert.Equal(3, _dynatrace.DroppedSpans);
    }

    [Fact]
    public async Task AFaultIsMetByTheNextRequestsOnly()
    {
        _dynatrace.FailNext(2, new Fault { Status = 429, Body = "slow", ContentType = "text/plain", Headers = new Dictionary<string, string> { ["Retry-After"] = "7" } });
        var body = SomeSpans.Ended(Now).ToByteArray();
        using var first = await PostAsync(body);
        using var second = await PostAsync(body);
        using var third = await PostAsync(body);
        Assert.Equal([429, 429, 200], new[] { first, second, third }.Select(answer => (int)answer.StatusCode));
        Assert.Equal("7", first.Headers.GetValues("Retry-After").Single());
        Assert.Equal("slow", await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Single(_dynatrace.Spans);
    }

    [Theory]
    [InlineData(FaultAbort.BeforeAccepting, 0)]
    [InlineData(FaultAbort.AfterAccepting, 1)]
    public async Task AConnectionCanBreakBeforeOrAfterAccepting(FaultAbort abort, int spans)
    {
        _dynatrace.FailNext(1, new Fault { Abort = abort });
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(SomeSpans.Ended(Now).ToByteArray()));
        Assert.Equal(spans, _dynatrace.Spans.Count);
        Assert.Single(_dynatrace.Requests);
    }

    [Fact]
    public async Task APartialSuccessCanBeClaimed()
    {
        _dynatrace.FailNext(1, new Fault { RejectedSpans = 1, ErrorMessage = "attribute too long" });
        using var answer = await PostAsync(SomeSpans.Ended(Now, Now).ToByteArray());
        var partial = (await ResponseAsync(answer)).PartialSuccess;
        Assert.Equal(1, partial.RejectedSpans);
        Assert.Equal("attribute too long", partial.ErrorMessage);
    }

    [Fact]
    public async Task AResponseCanBeDelayed()
    {
        using var deadline = new Deadline();
        _dynatrace.FailNext(1, new Fault { Delay = TimeSpan.FromMinutes(1) });
        var post = PostAsync(SomeSpans.Ended(Now).ToByteArray());
        await _dynatrace.WhenAsync(() => _dynatrace.Requests.Count == 1, deadline.Token);
        Assert.False(post.IsCompleted);
        while (!post.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await Task.WhenAny(post, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, deadline.Token));
        }

        using var answer = await post;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task TheHookRunsAfterSpansAreKeptAndBeforeTheResponse()
    {
        Task<HttpResponseMessage>? post = null;
        var seen = new TaskCompletionSource<(int Spans, bool IsAnswered)>();
        var release = new TaskCompletionSource();
        _dynatrace.OnRequest = async (_, _) =>
        {
            seen.SetResult((_dynatrace.Spans.Count, post?.IsCompleted ?? false));
            await release.Task;
        };
        post = PostAsync(SomeSpans.Ended(Now).ToByteArray());
        Assert.Equal((1, false), await seen.Task);
        release.SetResult();
        (await post).Dispose();
    }

    [Fact]
    public void ATokenHasTheRealShapeAndDoesNotPrintItsSecret()
    {
        Assert.Matches("^dt0c01\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}$", _token.Value);
        Assert.Equal("DynatraceToken { Value = dt0c01…, Scopes = openTelemetryTrace.ingest }", _token.ToString());
    }

    private static string Body(int status, string kind) => status switch
    {
        401 => """{"error":{"code":401,"message":"Token Authentication failed"}}""",
        403 when kind.StartsWith("platform", StringComparison.Ordinal) => """{"error":{"code":403,"message":"Token is missing required scope. Use one of: openpipeline:traces:ingest"}}""",
        403 => """{"error":{"code":403,"message":"Token is missing required scope. Use one of: openTelemetryTrace.ingest"}}""",
        _ => "",
    };

    private static void Authorize(HttpRequestMessage request, string? authorization)
    {
        request.Headers.Remove("Authorization");
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
    }

    private static byte[] Gzip(byte[] body)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(body);
        return compressed.ToArray();
    }

    private static async Task<ExportTraceServiceResponse> ResponseAsync(HttpResponseMessage answer) =>
        ExportTraceServiceResponse.Parser.ParseFrom(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));

    private async Task<HttpResponseMessage> PostAsync(byte[] body, Action<HttpRequestMessage>? change = null, string path = Traces)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_dynatrace.BaseAddress, path));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        Authorize(request, $"Api-Token {_token.Value}");
        change?.Invoke(request);
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
