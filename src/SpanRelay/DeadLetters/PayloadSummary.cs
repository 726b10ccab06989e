using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.DeadLetters;

/// <summary>Whose spans a payload holds: the first few services and traces, and when its spans ended. For people who look for them.</summary>
internal sealed record PayloadSummary(IReadOnlyList<string> Services, IReadOnlyList<string> TraceIds, DateTimeOffset? OldestEnd, DateTimeOffset? NewestEnd)
{
    private const int Kept = 5;
    private const int LongestName = 100;

    public static PayloadSummary None { get; } = new([], [], null, null);

    /// <param name="export">Redacted, and so canonical; anything else has no summary.</param>
    public static PayloadSummary From(ReadOnlyMemory<byte> export)
    {
        try
        {
            return From(ExportTraceServiceRequest.Parser.ParseFrom(export.Span));
        }
        catch (InvalidProtocolBufferException)
        {
            return None;
        }
    }

    private static PayloadSummary From(ExportTraceServiceRequest request)
    {
        var services =
            from resource in request.ResourceSpans
            from attribute in resource.Resource?.Attributes ?? []
            where attribute.Key == "service.name" && attribute.Value?.StringValue.Length > 0
            select OneLine.From(attribute.Value.StringValue, LongestName);
        var spans = (
            from resource in request.ResourceSpans
            from scope in resource.ScopeSpans
            from span in scope.Spans
            select span).ToList();
        var ends = spans.Where(span => span.EndTimeUnixNano > 0).Select(span => span.EndTimeUnixNano).ToList();
        return new PayloadSummary(
            [.. services.Distinct().Take(Kept)],
            [.. spans.Select(span => Convert.ToHexStringLower(span.TraceId.Span)).Distinct().Take(Kept)],
            ends.Count == 0 ? null : TimeOf(ends.Min()),
            ends.Count == 0 ? null : TimeOf(ends.Max()));
    }

    private static DateTimeOffset TimeOf(ulong unixNano) =>
        DateTimeOffset.UnixEpoch.AddTicks((long)Math.Min(unixNano / 100, (ulong)(DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks));
}
