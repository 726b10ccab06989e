using System.IO.Compression;
using System.Net;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Dynatrace;

/// <summary>Answers in place of the network: for properties that need thousands of requests.</summary>
internal sealed class FakeDynatrace(Func<ExportTraceServiceRequest, HttpResponseMessage> answer) : HttpMessageHandler
{
    private readonly Lock _lock = new();

    /// <summary>What was accepted, in the order in which it was.</summary>
    public List<Span> Spans { get; } = [];

    /// <summary>The same, with what they belong to.</summary>
    public List<ExportTraceServiceRequest> Exports { get; } = [];

    public int Requests { get; private set; }

    /// <summary>Answers requests with metrics, which are not among <see cref="Requests"/>.</summary>
    public Func<ExportMetricsServiceRequest, HttpResponseMessage> AnswerMetrics { get; set; } = _ => Accepted();

    /// <summary>The metrics that were accepted so far.</summary>
    public IReadOnlyList<ReceivedMetric> Metrics { get; private set; } = [];

    public int MetricRequests { get; private set; }

    public static HttpResponseMessage Accepted() => new(HttpStatusCode.OK) { Content = new ByteArrayContent([]) };

    public static HttpResponseMessage Status(int status) => new((HttpStatusCode)status) { Content = new StringContent("no") };

    public DynatraceClient Client(TimeProvider time) => new(Some.Dynatrace(), time, this);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var gzip = new GZipStream(await request.Content!.ReadAsStreamAsync(cancellationToken), CompressionMode.Decompress);
        if (request.RequestUri!.AbsolutePath.EndsWith("/v1/metrics", StringComparison.Ordinal))
            return TakeMetrics(ExportMetricsServiceRequest.Parser.ParseFrom(gzip));
        var export = ExportTraceServiceRequest.Parser.ParseFrom(gzip);
        lock (_lock)
        {
            Requests++;
            var response = answer(export);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                Spans.AddRange(export.Spans());
                Exports.Add(export);
            }

            return response;
        }
    }

    private HttpResponseMessage TakeMetrics(ExportMetricsServiceRequest export)
    {
        lock (_lock)
        {
            MetricRequests++;
            var response = AnswerMetrics(export);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                var received =
                    from resource in export.ResourceMetrics
                    from scope in resource.ScopeMetrics
                    from metric in scope.Metrics
                    select new ReceivedMetric(resource.Resource, scope.Scope, metric);
                Metrics = [.. Metrics, .. received];
            }

            return response;
        }
    }
}
