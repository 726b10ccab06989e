using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Local.Host.Worker.Protocol;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>What the published worker exports about itself, and whether it is true.</summary>
public sealed class TelemetryExportTests(SharedStorage storage)
{
    [Fact]
    public async Task DynatraceTakesTheMetricsAndTheyAreWhatWasDelivered()
    {
        using var deadline = new Deadline();
        await using var collector = await StartCollectorAsync(deadline.Token);
        await using var system = await RunningSystem.StartAsync(deadline.Token, settings: Otlp(collector));

        for (var i = 0; i < 20; i++)
            await system.SendAsync(Some.Request(Some.Span(), Some.Span()).ToByteArray(), deadline.Token);
        await system.SendAsync("plain text"u8.ToArray(), deadline.Token);
        await system.Local.WhenIdleAsync(deadline.Token);
        await collector.WhenAsync(() => Sum(collector, "spanrelay.spans", "delivered") >= 40 && Sum(collector, "spanrelay.events", "quarantined") >= 1, deadline.Token);

        Assert.Equal(system.DeliveredIds.Count, Sum(collector, "spanrelay.spans", "delivered"));
        Assert.Equal((40, 40, 1), (Sum(collector, "spanrelay.spans"), Sum(collector, "spanrelay.spans.received"), Sum(collector, "spanrelay.events", "quarantined")));
        var metric = collector.Metrics[0];
        Assert.Contains(metric.Resource.Attributes, attribute => attribute.Key == "service.name" && attribute.Value.StringValue == "spanrelay");
        Assert.All(collector.MetricRequests, request => Assert.Equal((200, "Api-Token"), (request.Response.Status, request.Headers["Authorization"].Split(' ')[0])));
        Assert.All(system.Dynatrace.Spans, span => Assert.NotEqual("SpanRelay", span.Scope.Name)); // Its traces do not come back to it.
    }

    [Fact]
    public async Task TheTraceOfABatchIsUnderTheHostsAndLinkedToTheSenders()
    {
        using var deadline = new Deadline();
        await using var collector = await StartCollectorAsync(deadline.Token);
        await using var running = await RunningWorker.StartAsync(storage.ConnectionString, deadline.Token, Otlp(collector));
        var sent = Some.Span();
        byte[][] bodies = [Some.Request(sent).ToByteArray()];
        var request = running.Relay.Request(bodies, RunningWorker.Metadata(bodies));
        request.TraceContext = new RpcTraceContext { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };

        var answer = await running.Relay.InvokeAsync(request, deadline.Token);
        Assert.Equal(StatusResult.Types.Status.Success, answer.Result.Status);
        await collector.WhenAsync(() => collector.Spans.Count >= 3, deadline.Token);

        var (batch, post) = (Find(collector, "process spans"), Find(collector, "POST"));
        var invocation = Assert.Single(collector.Spans, each => each.Scope.Name == "Microsoft.Azure.Functions.Worker").Span;
        Assert.Equal("b7ad6b7169203331", Convert.ToHexStringLower(invocation.ParentSpanId.Span));
        Assert.Equal((invocation.SpanId, batch.SpanId), (batch.ParentSpanId, post.ParentSpanId));
        Assert.All(collector.Spans, each => Assert.Equal("0af7651916cd43dd8448eb211c80319c", Convert.ToHexStringLower(each.Span.TraceId.Span)));
        Assert.Equal(sent.TraceId, Assert.Single(batch.Links).TraceId);
    }

    [Fact]
    public async Task AcrossKillsTheLedgersBalanceAndClaimNoMoreThanArrived()
    {
        using var deadline = new Deadline();
        await using var collector = await StartCollectorAsync(deadline.Token);
        await using var system = await RunningSystem.StartAsync(deadline.Token, partitions: 2, Otlp(collector));
        var kills = new KillsOnTheWay(system, atSpans: [20, 60]);
        system.Dynatrace.OnRequest = kills.OnRequestAsync;

        for (var i = 0; i < 60; i++)
            await system.SendAsync(Some.Request(Some.Span(), Some.Span()).ToByteArray(), deadline.Token, i % 2);
        await system.Local.WhenIdleAsync(deadline.Token);
        var last = Some.Span();
        await system.SendAsync(Some.Request(last).ToByteArray(), deadline.Token);
        await system.Local.WhenIdleAsync(deadline.Token);
        var reported = system.Reports.Sum(report => report.SpansDelivered);

        Assert.Equal((2, 121), (kills.Count, system.DeliveredIds.Distinct().Count()));
        Assert.InRange(reported, 1, system.DeliveredIds.Count);
        Assert.InRange(Sum(collector, "spanrelay.spans", "delivered"), 0, system.DeliveredIds.Count);
    }

    [Fact]
    public async Task ApplicationInsightsGetsMetricsAndTracesAndNoLogFromTheWorker()
    {
        using var deadline = new Deadline();
        var received = new ConcurrentQueue<string>();
        await using var insights = await StartInsightsAsync(received, deadline.Token);
        await using var system = await RunningSystem.StartAsync(deadline.Token, settings: new Dictionary<string, string>
        {
            ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = $"InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint={insights.Urls.First()}/",
            ["APPLICATIONINSIGHTS_STATSBEAT_DISABLED"] = "true",
        });

        await system.SendAsync(Some.Request(Some.Span(), Some.Span()).ToByteArray(), deadline.Token);
        await system.SendAsync("plain text"u8.ToArray(), deadline.Token);
        await system.Local.WhenIdleAsync(deadline.Token);
        while (!received.Any(line => line.Contains("\"spanrelay.spans\"", StringComparison.Ordinal)) || !received.Any(line => line.Contains("process spans", StringComparison.Ordinal)))
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, deadline.Token);

        var delivered = Assert.Single(received, line => line.Contains("\"spanrelay.spans\"", StringComparison.Ordinal) && line.Contains("\"outcome\":\"delivered\"", StringComparison.Ordinal));
        Assert.Contains("\"value\":2", delivered, StringComparison.Ordinal);
        Assert.DoesNotContain(received, line => line.Contains("MessageData", StringComparison.Ordinal) || line.Contains("ExceptionData", StringComparison.Ordinal));
    }

    private static Dictionary<string, string> Otlp(DynatraceServer collector) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = new Uri(collector.BaseAddress, "/api/v2/otlp").AbsoluteUri,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_EXPORTER_OTLP_HEADERS"] = $"Authorization=Api-Token {collector.ValidTokens.Single()}",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
    };

    /// <summary>Dynatrace, apart from the one that gets the spans.</summary>
    private static async Task<DynatraceServer> StartCollectorAsync(CancellationToken cancellationToken)
    {
        var collector = await DynatraceServer.StartAsync(cancellationToken: cancellationToken);
        collector.AddToken(DynatraceToken.CreateClassic(DynatraceToken.ClassicIngestScope, DynatraceToken.ClassicMetricsScope));
        return collector;
    }

    private static async Task<WebApplication> StartInsightsAsync(ConcurrentQueue<string> received, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(async context =>
        {
            await using var body = context.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
            using var reader = new StreamReader(body, Encoding.UTF8);
            var lines = (await reader.ReadToEndAsync(context.RequestAborted)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            foreach (var line in lines)
                received.Enqueue(line);
            await context.Response.WriteAsJsonAsync(new Dictionary<string, object> { ["itemsReceived"] = lines.Length, ["itemsAccepted"] = lines.Length, ["errors"] = Array.Empty<string>() }, context.RequestAborted);
        });
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static long Sum(DynatraceServer collector, string metric, string? outcome = null) => (
        from received in collector.Metrics
        where received.Metric.Name == metric && received.Metric.Sum is not null
        from point in received.Metric.Sum.DataPoints
        where outcome is null || point.Attributes.Any(attribute => attribute.Key == "outcome" && attribute.Value.StringValue == outcome)
        select point.AsInt).Sum();

    private static Span Find(DynatraceServer collector, string name) => Assert.Single(collector.Spans, each => each.Scope.Name == "SpanRelay" && each.Span.Name == name).Span;
}
