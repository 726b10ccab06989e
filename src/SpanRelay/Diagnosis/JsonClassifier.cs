using SpanRelay.Otlp;

namespace SpanRelay.Diagnosis;

/// <summary>Recognizes JSON by the names of its members.</summary>
internal static class JsonClassifier
{
    private static readonly string[] OtherSignals =
    [
        "resourceLogs", "resource_logs", "scopeLogs", "scope_logs", "instrumentationLibraryLogs", "logRecords", "log_records",
        "resourceMetrics", "resource_metrics", "scopeMetrics", "scope_metrics", "instrumentationLibraryMetrics",
        "resourceProfiles", "resource_profiles", "scopeProfiles", "scope_profiles",
    ];

    private static readonly string[] LogTexts = ["message", "msg", "log", "@m", "@mt", "renderedMessage", "short_message"];
    private static readonly string[] LogMarks = ["level", "severity", "lvl", "@l", "logger", "levelname", "timestamp", "@timestamp", "@t", "time", "ts"];

    /// <summary>It starts like JSON and has no control characters, which in protobuf would follow a length that looks like a bracket.</summary>
    public static bool IsJson(ReadOnlySpan<byte> content) =>
        OtlpJson.WithoutMark(content) is [(byte)'{' or (byte)'[', ..] && !TextClassifier.HasControls(content);

    /// <summary>Null for JSON without a mark.</summary>
    public static Cause? Find(ReadOnlySpan<byte> content)
    {
        var names = JsonNames.Read(OtlpJson.WithoutMark(content));
        return FindTraces(names) ?? FindOther(names) ?? (names.IsCutOff ? CauseCatalog.CutOff : null);
    }

    private static Cause? FindTraces(JsonNames names) => names switch
    {
        _ when names.Top.Overlaps(OtherSignals) => CauseCatalog.OtherSignal,
        _ when names.HasAll("traceId", "id") && names.HasAny("localEndpoint", "remoteEndpoint", "binaryAnnotations", "annotations", "duration") => CauseCatalog.Zipkin,
        _ when names.HasAll("traceID", "spanID") && names.HasAny("operationName", "references", "processID", "processes") => CauseCatalog.Jaeger,
        _ when names.HasAll("trace_id", "span_id", "start", "duration") && names.HasAny("resource", "service", "meta", "metrics") => CauseCatalog.Datadog,
        _ when names.Top.Contains("context") && names.HasAll("trace_id", "span_id", "start_time", "end_time") => CauseCatalog.ConsoleExporter,
        _ => null,
    };

    private static Cause? FindOther(JsonNames names) => names switch
    {
        _ when names.Top.Contains("records") && names.HasAny("resourceId", "category", "operationName", "metricName", "_ResourceId") => CauseCatalog.AzureDiagnosticRecords,
        _ when names.Top.Contains("iKey") && names.HasAny("baseType", "baseData") => CauseCatalog.ApplicationInsights,
        _ when IsConversation(names) => CauseCatalog.ModelLog,
        _ when names.Top.Contains("specversion") && names.Top.Contains("source") => CauseCatalog.CloudEvent,
        _ when names.Top.Overlaps(LogTexts) && (names.Top.Overlaps(LogMarks) || names.Top.Contains("msg")) => CauseCatalog.PlainLogs,
        _ => null,
    };

    /// <summary>A request to a model, its response, or both in one record.</summary>
    private static bool IsConversation(JsonNames names)
    {
        var place = names.Top.Overlaps(["request", "response", "input", "output"]) ? names.All : names.Top;
        return place.Contains("model") && (place.Contains("messages") || place.Contains("choices") || place.Contains("prompt"));
    }
}
