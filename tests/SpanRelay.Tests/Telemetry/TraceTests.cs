using System.Collections.Concurrent;
using System.Diagnostics;
using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Telemetry;
using SpanRelay.Tests.DeadLetters;

namespace SpanRelay.Tests.Telemetry;

public sealed class TraceTests : IAsyncLifetime
{
    private readonly SteppedTime _time = new(Some.Now);
    private readonly ConcurrentQueue<Activity> _ended = [];
    private DynatraceServer _dynatrace = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _dynatrace = await DynatraceServer.StartAsync(new DynatraceServerOptions { TimeProvider = _time }, Stop);
        _dynatrace.AddToken(new DynatraceToken(Some.Token, [DynatraceToken.ClassicIngestScope]));
    }

    public ValueTask DisposeAsync() => _dynatrace.DisposeAsync();

    [Fact]
    public async Task ABatchIsATraceWithItsRequestsLinkedToTheTracesOfTheSenders()
    {
        var (parent, ended) = await ForwardAsync([Export(1), "plain text"u8.ToArray(), .. Enumerable.Range(2, 20).Select(Export)], new Fault { Status = 503 });

        var batch = Assert.Single(ended, each => each.Kind == ActivityKind.Consumer);
        Assert.Equal((parent.SpanId, ActivityStatusCode.Unset), (batch.ParentSpanId, batch.Status));
        Assert.Equal((22, "3", "settled", 21L), (batch.GetTagItem("messaging.batch.message_count"), batch.GetTagItem("messaging.destination.partition.id"), batch.GetTagItem("spanrelay.outcome"), batch.GetTagItem("spanrelay.spans.delivered")));
        Assert.Equal(Enumerable.Range(1, 8).Select(id => Convert.ToHexStringLower(Some.Span(id).TraceId.Span)), batch.Links.Select(link => link.Context.TraceId.ToHexString()));
        var requests = ended.Where(each => each.Kind == ActivityKind.Client).ToList();
        Assert.All(requests, request => Assert.Equal(batch.SpanId, request.ParentSpanId));
        Assert.Equal([503, 200], requests.Select(request => request.GetTagItem("http.response.status_code")));
        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Unset], requests.Select(request => request.Status));
        Assert.All(_dynatrace.Requests, request => Assert.DoesNotContain("traceparent", request.Headers.Keys, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task AHeldBatchIsAnErrorThatSaysWhyWithoutTheServersWords()
    {
        var (_, ended) = await ForwardAsync([Export(1)], new Fault { Status = 403, Body = "{\"error\":{\"code\":403,\"message\":\"the server's words\"}}" });

        var batch = Assert.Single(ended, each => each.Kind == ActivityKind.Consumer);
        Assert.Equal((ActivityStatusCode.Error, "Blocked, status 403"), (batch.Status, batch.StatusDescription));
    }

    [Fact]
    public async Task ManySpansOfOneTraceAreOneLink()
    {
        var spans = Enumerable.Range(1, 1_000).Select(id => Some.Span(id)).ToArray();
        foreach (var span in spans)
            span.TraceId = spans[0].TraceId;

        var (_, ended) = await ForwardAsync([Some.Request(spans).ToByteArray(), Some.Request(spans[1..]).ToByteArray()]);

        Assert.Single(Assert.Single(ended, each => each.Kind == ActivityKind.Consumer).Links);
    }

    private async Task<(Activity Parent, IReadOnlyList<Activity> Ended)> ForwardAsync(byte[][] bodies, params Fault[] faults)
    {
        foreach (var fault in faults)
            _dynatrace.FailNext(1, fault);
        using var parent = new Activity("invocation").Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == RelayTelemetry.Name,
            // Tests run beside this one.
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceId == parent.TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var options = new RelayOptions { Dynatrace = Some.Dynatrace(_dynatrace.BaseAddress) };
        using var client = new DynatraceClient(options.Dynatrace, _time);
        await using var relay = new Relay(options, client, new CollectingDeadLetterStore(), _time, new CollectingLogger<Relay>());
        await _time.RunAsync(relay.ForwardAsync(Some.Batch(bodies), Stop));
        return (parent, [.. _ended]);
    }

    private static byte[] Export(int id) => Some.Request(Some.Span(id)).ToByteArray();
}
