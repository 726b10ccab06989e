using SpanRelay.Dynatrace;

namespace SpanRelay.Fakes.Dynatrace;

/// <summary>A request that reached the stand-in, accepted or not.</summary>
/// <param name="Time">When it had been read.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Without the query.</param>
/// <param name="Headers">By name without regard to case; several values of one name are joined by commas. Authorization included.</param>
/// <param name="CompressedLength">Bytes of the body as it came, counted up to 8,000,000.</param>
/// <param name="Body">Inflated if it was gzip (at most 8,000,000 bytes of it), else as it came.</param>
/// <param name="Response">What it is answered.</param>
/// <param name="AcceptedSpans">Spans of it that were kept.</param>
/// <param name="DroppedSpans">Spans of it that were silently dropped for their age.</param>
public sealed record CapturedRequest(
    DateTimeOffset Time,
    string Method,
    string Path,
    IReadOnlyDictionary<string, string> Headers,
    int CompressedLength,
    ReadOnlyMemory<byte> Body,
    DynatraceReply Response,
    int AcceptedSpans,
    int DroppedSpans)
{
    /// <summary>False when the connection was closed, or left without a response, instead.</summary>
    public bool IsAnswered { get; init; } = true;
}
