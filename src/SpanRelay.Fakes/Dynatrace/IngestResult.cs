using SpanRelay.Dynatrace;

namespace SpanRelay.Fakes.Dynatrace;

/// <summary>An answer, with the spans that are kept and how many were dropped for their age, or with the metrics that are kept.</summary>
internal sealed record IngestResult(DynatraceReply Response, IReadOnlyList<ReceivedSpan> Accepted, int Dropped)
{
    /// <summary>Null for a request of spans.</summary>
    public IReadOnlyList<ReceivedMetric>? Metrics { get; init; }

    public static IngestResult Refused(DynatraceReply answer) => new(answer, [], 0);
}
