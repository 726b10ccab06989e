using System.IO.Compression;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Otlp.Schema;
using SpanRelay.Tokens;
using SpanRelay.Watch;

namespace SpanRelay.Tests.Watch;

public sealed class SpanFeedTests : IAsyncLifetime
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    private readonly Deadline _deadline = new();
    private readonly DynatraceToken _ingest = DynatraceToken.CreateClassic();
    private readonly DynatraceToken _reading = DynatraceToken.CreatePlatform(DynatraceToken.PlatformSpansScope);
    private DynatraceServer _dynatrace = null!;
    private int _spans;

    public async ValueTask InitializeAsync()
    {
        _dynatrace = await DynatraceServer.StartAsync(cancellationToken: _deadline.Token);
        _dynatrace.AddToken(_ingest);
        _dynatrace.AddToken(_reading);
        _dynatrace.AnswersQueriesAtOnce = true;
    }

    public async ValueTask DisposeAsync()
    {
        await _dynatrace.DisposeAsync();
        _deadline.Dispose();
    }

    [Fact]
    public async Task EachSpanIsReturnedOnceInTheOrderOfTheirEnds()
    {
        await DeliverAsync("a", "b");
        using var feed = Open(new SpanFilter());

        var first = await NamesAsync(feed);
        await DeliverAsync("c");
        var second = await NamesAsync(feed);

        Assert.Equal(["a", "b"], first);
        Assert.Equal(["c"], second);
        Assert.Empty(await NamesAsync(feed));
    }

    [Fact]
    public async Task AQueryThatRunsIsLookedAtAgain()
    {
        _dynatrace.AnswersQueriesAtOnce = false;
        await DeliverAsync("a");
        using var feed = Open(new SpanFilter());

        Assert.Empty(await NamesAsync(feed));
        Assert.True(feed.IsRunning);
        Assert.Equal(["a"], await NamesAsync(feed));
        Assert.False(feed.IsRunning);
    }

    [Fact]
    public async Task FiltersHoldAndACommonStartIsEnough()
    {
        await DeliverAsync("chat a", "chat b", "rerank");
        await DeliverAsync(span => span.Attributes.Add([new KeyValue { Key = "tokens", Value = new AnyValue { IntValue = 12 } }, new KeyValue { Key = "say \"it\" \\", Value = new AnyValue { StringValue = "\"\\" } }]), "odd");

        Assert.Equal(["chat a", "chat b"], await NamesAsync(new SpanFilter { Name = "chat *" }));
        Assert.Equal(["chat b"], await NamesAsync(new SpanFilter { Name = "chat b", Service = "gateway" }));
        Assert.Equal(["odd"], await NamesAsync(new SpanFilter { Attributes = [new("tokens", "12")] }));
        Assert.Equal(["odd"], await NamesAsync(new SpanFilter { Attributes = [new("say \"it\" \\", "\"\\")] }));
        Assert.Empty(await NamesAsync(new SpanFilter { Service = "another" }));
        Assert.Equal(4, (await NamesAsync(new SpanFilter { TraceId = TraceId })).Count);
        Assert.Empty(await NamesAsync(new SpanFilter { TraceId = TraceId.Replace('4', '5') }));
    }

    [Fact]
    public async Task OnlyWhatALineShowsIsAskedForUnlessAllIs()
    {
        await DeliverAsync(span => span.Attributes.Add(new KeyValue { Key = "more", Value = new AnyValue { StringValue = "x" } }), "a");
        using var few = Open(new SpanFilter());
        using var all = Open(new SpanFilter { WithAttributes = true });

        Assert.False((await few.ReadAsync(_deadline.Token)).Single().TryGetProperty("more", out _));
        Assert.Equal("x", (await all.ReadAsync(_deadline.Token)).Single().GetProperty("more").GetString());
    }

    [Theory]
    [InlineData(null, "SPANRELAY_QUERY_TOKEN is not set: set it to a platform token with the scopes storage:spans:read and storage:buckets:read.")]
    [InlineData("dt0s16.ABC", "SPANRELAY_QUERY_TOKEN is cut short or altered")]
    public void WithoutATokenItSaysWhichVariableAndWhichScope(string? token, string problem)
    {
        using var feed = SpanFeed.Open(Settings(token), new SpanFilter(), SpanFeed.Overlap, TimeProvider.System, out var said);

        Assert.Null(feed);
        Assert.StartsWith(problem, said, StringComparison.Ordinal);
        Assert.Contains("storage:spans:read", said, StringComparison.Ordinal);
    }

    [Fact]
    public void OnlySaasCanBeAsked()
    {
        var settings = new Dictionary<string, string?> { ["Dynatrace__Environment"] = "https://managed.example.com/e/abc", ["SPANRELAY_QUERY_TOKEN"] = _reading.Value };

        Assert.Null(SpanFeed.Open(settings, new SpanFilter(), SpanFeed.Overlap, TimeProvider.System, out var problem));
        Assert.Contains("Only Dynatrace SaaS", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATokenThatMayNotReadSpansIsRefusedForGood()
    {
        using var feed = SpanFeed.Open(Settings(DynatraceToken.CreatePlatform().Value), new SpanFilter(), SpanFeed.Overlap, TimeProvider.System, out _)!;

        Assert.Empty(await feed.ReadAsync(_deadline.Token));

        Assert.True(feed.IsRefused);
        Assert.Contains("status 401: does the token in SPANRELAY_QUERY_TOKEN have storage:spans:read", feed.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("17", 17)]
    [InlineData("86400", 60)]
    [InlineData("Thu, 01 Jan 2026 00:00:30 GMT", 30)]
    [InlineData("Wed, 01 Jan 2020 00:00:00 GMT", 0)]
    [InlineData("soon", null)]
    public async Task ItWaitsAsLongAsDynatraceSaysButNotForever(string header, int? seconds)
    {
        await using var server = await ServeAsync(429, header);
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var feed = SpanFeed.Open(Settings(_reading.Value, server.Urls.First()), new SpanFilter(), SpanFeed.Overlap, time, out _)!;

        Assert.Empty(await feed.ReadAsync(_deadline.Token));

        Assert.Equal((false, "The query was refused with status 429."), (feed.IsRefused, feed.Problem));
        Assert.Equal(seconds, (int?)feed.RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"state":"SUCCEEDED","result":{"records":[1,null,"x"]}}""")]
    [InlineData("""{"state":"SUCCEEDED","result":7}""")]
    [InlineData("""{"state":"FAILED\u001b[2J"}""")]
    public async Task AnAnswerThatIsNoneIsAProblemOrNoSpan(string body)
    {
        await using var server = await ServeAsync(200, null, body);
        using var feed = SpanFeed.Open(Settings(_reading.Value, server.Urls.First()), new SpanFilter(), SpanFeed.Overlap, TimeProvider.System, out _)!;

        Assert.Empty(await feed.ReadAsync(_deadline.Token));

        Assert.True(OneLine.Is(feed.Problem, 300), feed.Problem);
    }

    private Dictionary<string, string?> Settings(string? token, string? address = null) => new()
    {
        ["Dynatrace__Environment"] = address ?? _dynatrace.BaseAddress.AbsoluteUri,
        ["SPANRELAY_QUERY_TOKEN"] = token,
    };

    private SpanFeed Open(SpanFilter filter) => SpanFeed.Open(Settings(_reading.Value), filter, SpanFeed.Overlap, TimeProvider.System, out var problem) ?? throw new InvalidOperationException(problem);

    private async Task<List<string?>> NamesAsync(SpanFilter filter)
    {
        using var feed = Open(filter);
        return await NamesAsync(feed);
    }

    private async Task<List<string?>> NamesAsync(SpanFeed feed)
    {
        var names = (await feed.ReadAsync(_deadline.Token)).Select(span => span.GetProperty("span.name").GetString()).ToList();
        Assert.Equal("", feed.Problem);
        return names;
    }

    private Task DeliverAsync(params string[] names) => DeliverAsync(_ => { }, names);

    private async Task DeliverAsync(Action<Span> change, params string[] names)
    {
        var spans = names.Select(name => new Span
        {
            TraceId = ByteString.CopyFrom(Convert.FromHexString(TraceId)),
            SpanId = ByteString.CopyFrom(BitConverter.GetBytes((long)++_spans)),
            Name = name,
            EndTimeUnixNano = ((ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000) + (ulong)_spans,
        }).ToList();
        spans.ForEach(change);
        var service = new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = "gateway" } };
        var export = new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { Resource = new Resource { Attributes = { service } }, ScopeSpans = { new ScopeSpans { Spans = { spans } } } } } };
        using var gzipped = new MemoryStream();
        await using (var gzip = new GZipStream(gzipped, CompressionLevel.Fastest))
            await gzip.WriteAsync(export.ToByteArray(), _deadline.Token);
        Assert.True(ApiToken.TryParse(_ingest.Value, out var token, out _));
        using var client = new DynatraceClient(Some.Dynatrace(_dynatrace.BaseAddress) with { Token = new TokenOptions { ApiToken = token } });
        Assert.Equal(200, (await client.SendAsync(gzipped.ToArray(), TimeSpan.FromMinutes(1), _deadline.Token)).Status);
    }

    private async Task<WebApplication> ServeAsync(int status, string? retryAfter, string body = "")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(async context =>
        {
            context.Response.StatusCode = status;
            if (retryAfter is not null)
                context.Response.Headers.RetryAfter = retryAfter;
            await context.Response.WriteAsync(body, context.RequestAborted);
        });
        await app.StartAsync(_deadline.Token);
        return app;
    }
}
