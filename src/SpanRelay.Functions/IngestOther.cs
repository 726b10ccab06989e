using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using SpanRelay.Functions.Ingest;
using SpanRelay.Ingest;

namespace SpanRelay.Functions;

/// <summary>Tells exporters of logs and metrics that only traces are taken. Needs no key: every caller gets the same answer.</summary>
public static class IngestOther
{
    [Function("IngestLogs")]
    public static Task<HttpResponseData> RefuseLogsAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/logs")] HttpRequestData request) =>
        RefuseAsync(request, "logs", "OTEL_LOGS_EXPORTER");

    [Function("IngestMetrics")]
    public static Task<HttpResponseData> RefuseMetricsAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/metrics")] HttpRequestData request) =>
        RefuseAsync(request, "metrics", "OTEL_METRICS_EXPORTER");

    private static Task<HttpResponseData> RefuseAsync(HttpRequestData request, string signal, string setting) => OtlpHttp.RespondAsync(
        request, new IngestReply(404, $"SpanRelay takes traces only, at /v1/traces. Configure the sender to export {signal} elsewhere, or not at all ({setting}=none)."));
}
