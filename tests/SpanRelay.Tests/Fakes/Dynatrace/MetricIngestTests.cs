using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Fakes.Dynatrace;

public sealed class MetricIngestTests : IAsyncLifetime
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private DynatraceServer _dynatrace = null!;

    public async ValueTask InitializeAsync() => _dynatrace = await DynatraceServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _dynatrace.DisposeAsync();
    }

    [Theory]
    [InlineData("classic", "metrics.ingest", 200, "")]
    [InlineData("platform", "openpipeline:metrics:ingest", 200, "")]
    [InlineData("classic", "openTelemetryTrace.ingest", 403, "Token is missing required scope. Use one of: metrics.ingest")]
    [InlineData("platform", "openpipeline:traces:ingest", 403, "Token is missing required scope. Use one of: openpipeline:metrics:ingest")]
    public async Task OnlyTheScopeForMetricsLetsThemIn(string kind, string scope, int status, string message)
    {
        var token = kind == "classic" ? DynatraceToken.CreateClassic(scope) : DynatraceToken.CreatePlatform(scope);
        _dynatrace.AddToken(token);

        using var response = await PostAsync(Some(Sum(AggregationTemporality.Delta)).ToByteArray(), token);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(message, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(status == 200 ? 1 : 0, _dynatrace.Metrics.Count);
    }

    [Fact]
    public async Task CumulativeMetricsAndSummariesAreRejectedByNameAndTheOthersKept()
    {
        var token = KnownToken();
        var export = Some(
            Sum(AggregationTemporality.Cumulative), Sum(AggregationTemporality.Delta), Sum(AggregationTemporality.Unspecified),
            new Metric { Name = "h", Histogram = new Histogram { AggregationTemporality = AggregationTemporality.Cumulative, DataPoints = { new HistogramDataPoint(), new HistogramDataPoint() } } },
            new Metric { Name = "q", Summary = new Summary { DataPoints = { new OtherDataPoint() } } },
            new Metric { Name = "e", ExponentialHistogram = new ExponentialHistogram { AggregationTemporality = AggregationTemporality.Cumulative, DataPoints = { new OtherDataPoint() } } },
            new Metric { Name = "g", Gauge = new Gauge { DataPoints = { new NumberDataPoint() } } });

        using var response = await PostAsync(export.ToByteArray(), token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var partial = ExportMetricsServiceResponse.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).PartialSuccess;
        Assert.Equal(6, partial.RejectedDataPoints);
        Assert.Contains("Unsupported metric: 's' - Reason: UNSUPPORTED_METRIC_TYPE_MONOTONIC_CUMULATIVE_SUM\n", partial.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("Unsupported metric: 'h' - Reason: UNSUPPORTED_METRIC_TYPE_CUMULATIVE_HISTOGRAM\n", partial.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("Unsupported metric: 'q' - Reason: UNSUPPORTED_METRIC_TYPE_SUMMARY\n", partial.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(["s", "g"], _dynatrace.Metrics.Select(each => each.Metric.Name));
        Assert.Empty(_dynatrace.Requests);
        Assert.Single(_dynatrace.MetricRequests);
    }

    [Theory]
    [InlineData("application/json", "{}", 415)]
    [InlineData("application/x-protobuf", "not protobuf", 400)]
    public async Task JsonAndOtherBytesAreRefused(string type, string body, int status)
    {
        using var response = await PostAsync(System.Text.Encoding.UTF8.GetBytes(body), KnownToken(), type);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task FaultsOfMetricsDoNotMeetSpansNorTheirFaultsMetrics()
    {
        var token = KnownToken();
        _dynatrace.FailNextMetrics(1, new Fault { Status = 503 });
        _dynatrace.FailNext(1, new Fault { Status = 429 });

        using var first = await PostAsync(Some(Sum(AggregationTemporality.Delta)).ToByteArray(), token);
        using var second = await PostAsync(Some(Sum(AggregationTemporality.Delta)).ToByteArray(), token);

        Assert.Equal([503, 200], [(int)first.StatusCode, (int)second.StatusCode]);
    }

    private DynatraceToken KnownToken()
    {
        var token = DynatraceToken.CreateClassic(DynatraceToken.ClassicMetricsScope);
        _dynatrace.AddToken(token);
        return token;
    }

    private async Task<HttpResponseMessage> PostAsync(byte[] body, DynatraceToken token, string type = "application/x-protobuf")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_dynatrace.BaseAddress, "/api/v2/otlp/v1/metrics")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.TryAddWithoutValidation("Authorization", $"{(token.Value.StartsWith("dt0s", StringComparison.Ordinal) ? "Bearer" : "Api-Token")} {token.Value}");
        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static Metric Sum(AggregationTemporality temporality) =>
        new() { Name = "s", Sum = new Sum { AggregationTemporality = temporality, IsMonotonic = true, DataPoints = { new NumberDataPoint { AsInt = 1 } } } };

    private static ExportMetricsServiceRequest Some(params Metric[] metrics) =>
        new() { ResourceMetrics = { new ResourceMetrics { ScopeMetrics = { new ScopeMetrics { Metrics = { metrics } } } } } };
}
