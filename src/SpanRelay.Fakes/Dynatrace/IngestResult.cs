using SpanRelay.Dynatrace;

namespace SpanRelay.Fakes.Dynatrace;

/// <summary>An answer, with the spans that are kept and how many were dropped for their age.</summary>
internal sealed record IngestResult(DynatraceReply Response, IReadOnlyList<ReceivedSpan> Accepted, int Dropped)
{
    public static IngestResult Refused(DynatraceReply answer) => new(answer, [], 0);
}
