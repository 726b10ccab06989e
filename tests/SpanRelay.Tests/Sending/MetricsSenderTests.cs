using System.Diagnostics.Metrics;
using System.Net;
using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.GenAi.Metrics;
using SpanRelay.Sending;
using SpanRelay.Tests.Dynatrace;
using SpanRelay.Tests.GenAi.Metrics;

namespace SpanRelay.Tests.Sending;

public sealed class MetricsSenderTests : IDisposable
{
    private const string Calls = "gen_ai.client.operation.duration";

    private readonly SteppedTime _time = new(Some.Now);
    private readonly CollectingLogger<MetricsSender> _log = new();
    private readonly FakeDynatrace _dynatrace = new(_ => FakeDynatrace.Accepted());
    private readonly DynatraceClient _client;
    private readonly MetricsSender _sender;
    private int _status = 200;

    public MetricsSenderTests()
    {
        _client = _dynatrace.Client(_time);
        _sender = new MetricsSender(_client, TimeSpan.FromSeconds(15), _time, _log);
        _dynatrace.AnswerMetrics = _ => _status == 200 ? FakeDynatrace.Accepted() : FakeDynatrace.Status(_status);
    }

    public void Dispose()
    {
        _client.Dispose();
        _dynatrace.Dispose();
    }

    [Fact]
    public async Task WhatIsCountedWithinTheIntervalIsOneRequest()
    {
        _sender.Add(Counted(1));
        _sender.Add(Counted(2));
        _sender.Add(null);
        Assert.Equal(0, _dynatrace.MetricRequests);

        await UntilAsync(() => _dynatrace.MetricRequests > 0);

        Assert.Equal(1, _dynatrace.MetricRequests);
        Assert.Equal(3, CallsReceived);
        Assert.Equal(MetricsSender.Interval, _time.Waits[0]);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task AStopSendsWhatWaitsAtOnce()
    {
        _sender.Add(Counted(1));

        await StopAsync();
        await StopAsync();

        Assert.Equal(1, CallsReceived);
        Assert.Equal(Some.Now, _time.GetUtcNow());
    }

    [Fact]
    public async Task AStopWaitsNoLongerThanItMayAndSaysWhatIsLost()
    {
        var silent = new Silent();
        using var client = new DynatraceClient(Some.Dynatrace(), _time, silent);
        var sender = new MetricsSender(client, TimeSpan.FromMinutes(1), _time, _log);
        sender.Add(Counted(7));

        var stop = Done(sender.DisposeAsync());
        await silent.Asked;
        await _time.RunAsync(stop, unanswered: () => _time.GetUtcNow() == Some.Now ? 2 : 1); // The stop's own time-out ends, and not the request's.

        Assert.Equal(Some.Now + MetricsSender.StopTimeout, _time.GetUtcNow());
        Assert.Equal(
            "Error: Lost the metrics of 7 model spans, which were delivered themselves. They may have arrived, and are not sent again, since they would count twice. The app stopped before Dynatrace responded.",
            _log.Lines[0]);
    }

    [Theory]
    [InlineData(401, "Create an access token with the scopes openTelemetryTrace.ingest and metrics.ingest and store it as a new version of the Key Vault secret (Dynatrace__TokenSecretUri), or set GenAi__Metrics to false. ")]
    [InlineData(403, "Create an access token with the scopes openTelemetryTrace.ingest and metrics.ingest and store it as a new version of the Key Vault secret (Dynatrace__TokenSecretUri), or set GenAi__Metrics to false. ")]
    [InlineData(404, "If spans are delivered, this environment or a proxy in front of it does not accept metrics: allow the path, or set GenAi__Metrics to false. ")]
    [InlineData(429, "")]
    [InlineData(500, "")]
    [InlineData(503, "")]
    public async Task WhatIsNotAcceptedIsKeptAndMergedIntoALaterRequest(int status, string nextStep)
    {
        _dynatrace.AnswerMetrics = _ =>
        {
            if (_dynatrace.MetricRequests == 3)
                _sender.Add(Counted(3));
            return _dynatrace.MetricRequests <= 3 ? FakeDynatrace.Status(status) : FakeDynatrace.Accepted();
        };
        _sender.Add(Counted(2));
        await UntilAsync(() => _dynatrace.MetricRequests >= 4);

        Assert.Equal(5, CallsReceived);
        Assert.Equal(Some.Now, DateTimeOffset.UnixEpoch.AddTicks((long)_dynatrace.Metrics[0].Metric.Histogram.DataPoints[0].StartTimeUnixNano / 100));
        Assert.Equal([10, 20, 40, 80], _time.Waits.Take(4).Select(wait => wait.TotalSeconds));
        Assert.Equal(
            [
                $"Warning: Metrics cannot be sent to https://abc12345.live.dynatrace.com/api/v2/otlp/v1/metrics: status {status}. \"no\" {nextStep}They are kept for up to an hour; spans are not affected. See docs/ai-metrics.md.",
                "Information: Metrics are sent again.",
            ],
            _log.Lines);
    }

    [Fact]
    public async Task AfterAnHourTheyAreLostAndThatIsLoggedAndCounted()
    {
        using var lost = new LostSpans();
        _status = 403;
        _sender.Add(Counted(4));

        await UntilAsync(() => _log.Lines.Any(line => line.StartsWith("Error", StringComparison.Ordinal)));

        Assert.Equal("Error: Lost the metrics of 4 model spans, which were delivered themselves. They could not be sent for 60 minutes.", Assert.Single(_log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal)));
        Assert.InRange(_time.GetUtcNow() - Some.Now, MetricsSender.KeptFor, MetricsSender.KeptFor + 2 * MetricsSender.LongestInterval);
        Assert.All(_time.Waits, wait => Assert.InRange(wait, MetricsSender.Interval, MetricsSender.LongestInterval));
        Assert.Contains(4, lost.Values);
    }

    [Fact]
    public async Task RetryAfterIsHonoredUpToFiveMinutes()
    {
        _dynatrace.AnswerMetrics = _ =>
        {
            var response = FakeDynatrace.Status(429);
            response.Headers.Add("Retry-After", _dynatrace.MetricRequests == 1 ? "100" : "86400");
            return response;
        };
        _sender.Add(Counted(1));

        await UntilAsync(() => _dynatrace.MetricRequests >= 3);

        Assert.Equal([10, 100, 300], _time.Waits.Take(3).Select(wait => wait.TotalSeconds));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(415)]
    public async Task WhatDynatraceRejectsIsLostAtOnce(int status)
    {
        _status = status;
        _sender.Add(Counted(3));
        await UntilAsync(() => _dynatrace.MetricRequests >= 1);
        _status = 200;
        await StopAsync();

        Assert.Equal(0, CallsReceived);
        Assert.Equal($"Error: Lost the metrics of 3 model spans, which were delivered themselves. Dynatrace rejects them: status {status}. \"no\"", Assert.Single(_log.Lines));
    }

    [Fact]
    public async Task ATooLargeRequestIsDivided()
    {
        _dynatrace.AnswerMetrics = export => export.ResourceMetrics.Sum(each => each.ScopeMetrics[0].Metrics[0].Histogram.DataPoints.Count) > 3 ? FakeDynatrace.Status(413) : FakeDynatrace.Accepted();
        _sender.Add(Counted(16, id => $"model-{id}"));

        await UntilAsync(() => CallsReceived == 16);

        Assert.DoesNotContain(_log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ASingleLabelSetThatIsTooLargeIsLost()
    {
        _status = 413;
        _sender.Add(Counted(1));

        await UntilAsync(() => _log.Lines.Count > 0);

        Assert.StartsWith("Error: Lost the metrics of 1 model spans", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpRequestError.ResponseEnded, false)]
    [InlineData(HttpRequestError.Unknown, false)]
    [InlineData(HttpRequestError.ConnectionError, true)]
    [InlineData(HttpRequestError.NameResolutionError, true)]
    [InlineData(HttpRequestError.SecureConnectionError, true)]
    public async Task WhatMayHaveArrivedIsNotSentAgain(HttpRequestError error, bool isSentAgain)
    {
        _dynatrace.AnswerMetrics = _ => _dynatrace.MetricRequests == 1 ? throw new HttpRequestException(error, "gone") : FakeDynatrace.Accepted();
        _sender.Add(Counted(1, _ => "first"));
        await UntilAsync(() => _dynatrace.MetricRequests >= 1);
        _sender.Add(Counted(1, _ => "second"));
        await StopAsync();

        Assert.Equal(isSentAgain ? ["first", "second"] : ["second"], _dynatrace.Metrics.SelectMany(each => each.Metric.Histogram.DataPoints).Select(each => each.Attributes[0].Value.StringValue));
        Assert.Equal(isSentAgain ? 0 : 1, _log.Lines.Count(line => line.Contains("They may have arrived, and are not sent again, since they would count twice.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ATimeOutIsNotSentAgain()
    {
        using var client = new DynatraceClient(Some.Dynatrace(), _time, new Silent());
        await using var sender = new MetricsSender(client, TimeSpan.FromSeconds(15), _time, _log);
        sender.Add(Counted(2));

        await UntilAsync(() => _log.Lines.Count > 0, unanswered: 1);

        Assert.Equal(
            "Error: Lost the metrics of 2 model spans, which were delivered themselves. They may have arrived, and are not sent again, since they would count twice. No response within 15 seconds.",
            _log.Lines[0]);
    }

    [Fact]
    public async Task RejectedDataPointsAreLoggedAndNotSentAgain()
    {
        var partial = new SpanRelay.Otlp.Schema.ExportMetricsServiceResponse { PartialSuccess = new() { RejectedDataPoints = 3, ErrorMessage = "Unsupported metric" } };
        _dynatrace.AnswerMetrics = _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(partial.ToByteArray()) };
        _sender.Add(Counted(1));
        await UntilAsync(() => _log.Lines.Count > 0);
        await StopAsync();

        Assert.Equal("Error: Dynatrace rejected 3 data points of metrics, which are lost: \"Unsupported metric\"", Assert.Single(_log.Lines));
        Assert.Equal(1, _dynatrace.MetricRequests);
    }

    [Fact]
    public async Task APageInsteadOfAnAnswerIsNoAcceptance()
    {
        _dynatrace.AnswerMetrics = _ => _dynatrace.MetricRequests == 1 ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<html>Please sign in") } : FakeDynatrace.Accepted();
        _sender.Add(Counted(1));

        await UntilAsync(() => _dynatrace.MetricRequests >= 2);

        Assert.Contains("status 200", _log.Lines[0], StringComparison.Ordinal);
    }

    private double CallsReceived => _dynatrace.Metrics.Where(each => each.Metric.Name == Calls).SelectMany(each => each.Metric.Histogram.DataPoints).Sum(point => (double)point.Count);

    private static MetricSet Counted(int spans, Func<int, string>? model = null)
    {
        var metrics = new MetricSet(1_000);
        var calls = Enumerable.Range(1, spans).Select(id => ModelSpans.Call(id, Some.Attribute("gen_ai.request.model", model?.Invoke(id) ?? "gpt-4o")));
        ModelCallReader.Read(Some.Request([.. calls]).ToByteArray(), byTeam: false, metrics);
        return metrics;
    }

    /// <summary>Lets time go on until it is so.</summary>
    private Task<int> UntilAsync(Func<bool> isSo, int unanswered = 0) => _time.RunAsync(PollAsync(isSo), () => unanswered);

    private static async Task<int> PollAsync(Func<bool> isSo)
    {
        using var deadline = new Deadline();
        while (!isSo())
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, deadline.Token);
        return 0;
    }

    private Task<int> StopAsync() => _time.RunAsync(Done(_sender.DisposeAsync()));

    private static async Task<int> Done(ValueTask task)
    {
        await task;
        return 0;
    }

    /// <summary>Never answers.</summary>
    private sealed class Silent : HttpMessageHandler
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _asked.TrySetResult();
            return await new TaskCompletionSource<HttpResponseMessage>().Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>What is added to the counter of lost spans.</summary>
    private sealed class LostSpans : IDisposable
    {
        private readonly MeterListener _listener = new();

        public LostSpans()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "spanrelay.metrics.lost")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Values.Add(value));
            _listener.Start();
        }

        public List<long> Values { get; } = [];

        public void Dispose() => _listener.Dispose();
    }
}
