using System.Text.RegularExpressions;
using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Fakes.Dynatrace;

/// <summary>
/// The checks of the metric endpoint, in their order. What Dynatrace cannot store it rejects in a partial success and keeps the rest:
/// cumulative temporality, or none, and summaries.
/// </summary>
internal sealed partial class MetricIngest(TokenStore tokens)
{
    public static bool IsFor(string path) => MetricsPath().IsMatch(path);

    public IngestResult Take(IngestRequest request)
    {
        if (request.Host.Contains(".apps.", StringComparison.OrdinalIgnoreCase))
            return IngestResult.Refused(DynatraceReply.NotFound());
        if (request.Method != "POST")
            return IngestResult.Refused(DynatraceReply.Error(405, "HTTP method not allowed"));
        if (tokens.Check(request.Header("Authorization"), token => token.MetricsScope) is { } wrongToken)
            return IngestResult.Refused(wrongToken);
        if (TraceIngest.RefuseBody(request) is { } wrongBody)
            return IngestResult.Refused(wrongBody);
        try
        {
            return Keep(ExportMetricsServiceRequest.Parser.ParseFrom(request.Inflated!.Value.Bytes.Span));
        }
        catch (InvalidProtocolBufferException)
        {
            return IngestResult.Refused(DynatraceReply.Error(400, "The request is not valid protobuf."));
        }
    }

    private static IngestResult Keep(ExportMetricsServiceRequest request)
    {
        var received = (
            from resource in request.ResourceMetrics
            from scope in resource.ScopeMetrics
            from metric in scope.Metrics
            select new ReceivedMetric(resource.Resource ?? new Resource(), scope.Scope ?? new InstrumentationScope(), metric)).ToList();
        var rejected = received.Select(each => each.Metric).Where(metric => Reason(metric) is not null).ToList();
        var response = new ExportMetricsServiceResponse();
        if (rejected.Count > 0)
        {
            response.PartialSuccess = new ExportMetricsPartialSuccess
            {
                RejectedDataPoints = rejected.Sum(DataPoints),
                ErrorMessage = "The following issues were encountered while ingesting OTLP metrics:\nErrors:\n"
                    + string.Concat(rejected.Select(metric => $"Unsupported metric: '{metric.Name}' - Reason: {Reason(metric)}\n")),
            };
        }

        return new IngestResult(new DynatraceReply(200, "application/x-protobuf", response.ToByteArray()), [], 0)
        {
            Metrics = received.FindAll(each => Reason(each.Metric) is null),
        };
    }

    /// <returns>Null when it is supported.</returns>
    private static string? Reason(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Gauge => null,
        Metric.DataOneofCase.Sum when metric.Sum.AggregationTemporality == AggregationTemporality.Delta => null,
        Metric.DataOneofCase.Sum => "UNSUPPORTED_METRIC_TYPE_MONOTONIC_CUMULATIVE_SUM",
        Metric.DataOneofCase.Histogram when metric.Histogram.AggregationTemporality == AggregationTemporality.Delta => null,
        Metric.DataOneofCase.Histogram => "UNSUPPORTED_METRIC_TYPE_CUMULATIVE_HISTOGRAM",
        Metric.DataOneofCase.ExponentialHistogram when metric.ExponentialHistogram.AggregationTemporality == AggregationTemporality.Delta => null,
        Metric.DataOneofCase.ExponentialHistogram => "UNSUPPORTED_METRIC_TYPE_CUMULATIVE_HISTOGRAM",
        Metric.DataOneofCase.Summary => "UNSUPPORTED_METRIC_TYPE_SUMMARY",
        _ => "UNSUPPORTED_METRIC_TYPE_EMPTY",
    };

    private static int DataPoints(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Sum => metric.Sum.DataPoints.Count,
        Metric.DataOneofCase.Histogram => metric.Histogram.DataPoints.Count,
        Metric.DataOneofCase.ExponentialHistogram => metric.ExponentialHistogram.DataPoints.Count,
        Metric.DataOneofCase.Summary => metric.Summary.DataPoints.Count,
        _ => 0,
    };

    [GeneratedRegex("^(/e/[^/]+)?/api/v2/otlp/v1/metrics$", RegexOptions.CultureInvariant)]
    private static partial Regex MetricsPath();
}
