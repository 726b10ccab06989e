using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.GenAi.Metrics;
using SpanRelay.Pipeline;
using SpanRelay.Tests.DeadLetters;
using SpanRelay.Tests.GenAi.Metrics;

namespace SpanRelay.Tests.Sending;

/// <summary>The relay against the stand-in, whose metric endpoint fails: spans do not notice.</summary>
public sealed class MetricsEndpointTests : IAsyncLifetime
{
    private readonly SteppedTime _time = new(Some.Now);
    private readonly CollectingLogger<Relay> _log = new();
    private readonly CollectingDeadLetterStore _store = new();
    private DynatraceServer _dynatrace = null!;
    private DynatraceClient _client = null!;
    private Relay _relay = null!;

    public async ValueTask InitializeAsync()
    {
        _dynatrace = await DynatraceServer.StartAsync(new DynatraceServerOptions { TimeProvider = _time }, TestContext.Current.CancellationToken);
        _dynatrace.AddToken(new DynatraceToken(Some.Token, [DynatraceToken.ClassicIngestScope, DynatraceToken.ClassicMetricsScope]));
        _client = new DynatraceClient(Some.Dynatrace(_dynatrace.BaseAddress), _time);
        _relay = new Relay(new RelayOptions { Dynatrace = Some.Dynatrace(_dynatrace.BaseAddress), Metrics = new MetricsOptions() }, _client, _store, _time, _log);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _dynatrace.DisposeAsync();
    }

    public static TheoryData<string> Failures() => [.. Faults.Keys];

    private static Dictionary<string, Fault> Faults { get; } = new()
    {
        ["401"] = new Fault { Status = 401, Body = """{"error":{"code":401,"message":"Token Authentication failed"}}""" },
        ["403"] = new Fault { Status = 403, Body = """{"error":{"code":403,"message":"Token is missing required scope. Use one of: metrics.ingest"}}""" },
        ["404"] = new Fault { Status = 404, ContentType = "text/html", Body = "<html>Not Found" },
        ["413"] = new Fault { Status = 413 },
        ["429"] = new Fault { Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = "3600" } },
        ["500"] = new Fault { Status = 500 },
        ["page"] = new Fault { Status = 200, ContentType = "text/html", Body = "<html>Please sign in" },
        ["partial success"] = new Fault { RejectedSpans = 2, ErrorMessage = "Unsupported metric" },
        ["broken before"] = new Fault { Abort = FaultAbort.BeforeAccepting },
        ["broken after"] = new Fault { Abort = FaultAbort.AfterAccepting },
        ["silence"] = new Fault { Abort = FaultAbort.SilenceAfterAccepting },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task AFailingMetricEndpointCostsNoSpanAndDelaysNone(string failure)
    {
        _dynatrace.FailNextMetrics(int.MaxValue, Faults[failure]);
        await ForwardAsync(1);
        await _time.RunAsync(MetricsAreRequestedAsync());

        for (var id = 2; id <= 5; id++)
        {
            var start = _time.GetUtcNow();
            var report = await ForwardAsync(id);
            Assert.Equal((1, 0, true), (report.SpansDelivered, report.SpansHeld, report.IsSettled));
            if (failure == "silence") // The others leave timers that may go by meanwhile.
                Assert.Equal(start, _time.GetUtcNow());
        }

        Assert.Equal([1, 2, 3, 4, 5], _dynatrace.Spans.Select(received => (int)received.Span.SpanId[7]));
        Assert.Equal(5, _dynatrace.Requests.Count);
        Assert.Empty(_store.Letters);
        Assert.DoesNotContain(_log.Lines, line => line.Contains("Held", StringComparison.Ordinal) || line.Contains("Incident", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatTheStandInHasEqualsARecountAfterEveryDefiniteRefusal()
    {
        foreach (var status in (string[])["401", "403", "404", "500", "page"])
            _dynatrace.FailNextMetrics(1, Faults[status]);
        for (var id = 1; id <= 8; id++)
            await ForwardAsync(id);
        await _time.RunAsync(Within(() => _dynatrace.Metrics.Count > 0));
        await _time.RunAsync(StopAsync());

        Assert.Equal(Recount.Of(_dynatrace.Spans.Select(each => (each.Resource, each.Span))).Lines, Recount.Of(_dynatrace.Metrics).Lines);
        Assert.All(_dynatrace.MetricRequests, request => Assert.Equal(("application/x-protobuf", "gzip"), (request.Headers["Content-Type"], request.Headers["Content-Encoding"])));
    }

    [Fact]
    public async Task BytesAreCountedOncePerSettledBatchByService()
    {
        var span = ModelSpans.Call(1, Some.Attribute("tfy.input", new string('p', 1_000)), Some.Attribute("authorization", "Bearer " + new string('k', 100)));
        var export = Some.Request(span);
        _dynatrace.FailNext(1, new Fault { Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = "600" } });

        var held = await ForwardAsync(export.ToByteArray());
        var settled = await ForwardAsync(export.ToByteArray());
        await _time.RunAsync(StopAsync());

        Assert.False(held.IsSettled);
        var savings = settled.Savings["tfy-llm-gateway"];
        Assert.Equal((export.ResourceSpans[0].CalculateSize(), 0, 0), (savings.Received, savings.UnknownFields, savings.Policy));
        Assert.InRange(savings.Content, 1_000, 1_020);
        Assert.InRange(savings.Credentials, 100, 140);
        Assert.Equal(
            [$"spanrelay.bytes.received By tfy-llm-gateway : {savings.Received}", $"spanrelay.bytes.withheld By tfy-llm-gateway content: {savings.Content}", $"spanrelay.bytes.withheld By tfy-llm-gateway credentials: {savings.Credentials}"],
            from received in _dynatrace.Metrics
            where received.Metric.Name.StartsWith("spanrelay.bytes", StringComparison.Ordinal)
            from point in received.Metric.Sum.DataPoints
            where point.AsDouble > 0
            select $"{received.Metric.Name} {received.Metric.Unit} {received.Resource.Attributes[0].Value.StringValue} {point.Attributes.FirstOrDefault()?.Value.StringValue}: {point.AsDouble}");
    }

    private Task<RelayReport> ForwardAsync(int id) => ForwardAsync(Some.Request(ModelSpans.Call(id, ModelSpans.Attribute("gen_ai.usage.cost", 0.5))).ToByteArray());

    private Task<RelayReport> ForwardAsync(byte[] body) =>
        _time.RunAsync(_relay.ForwardAsync(Some.Batch(body), TestContext.Current.CancellationToken));

    private Task<int> MetricsAreRequestedAsync() => Within(() => _dynatrace.MetricRequests.Count > 0);

    private static async Task<int> Within(Func<bool> isSo)
    {
        using var deadline = new Deadline();
        while (!isSo())
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, deadline.Token);
        return 0;
    }

    private async Task<int> StopAsync()
    {
        await _relay.DisposeAsync();
        return 0;
    }
}
