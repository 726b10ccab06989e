using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Fakes.Dynatrace;

/// <summary>Decides the response to a request: the checks of the trace endpoint, in their order.</summary>
internal sealed partial class TraceIngest(TokenStore tokens, TimeProvider timeProvider)
{
    /// <summary>In bytes, for the body as it came and without gzip. Dynatrace says 8 MB without saying which.</summary>
    public const int MaxBodyBytes = 8_000_000;

    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(60);
    private static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(10);

    public IngestResult Take(IngestRequest request)
    {
        if (RefuseAddress(request) is { } wrongAddress)
            return IngestResult.Refused(wrongAddress);
        if (tokens.Check(request.Header("Authorization")) is { } wrongToken)
            return IngestResult.Refused(wrongToken);
        if (RefuseBody(request) is { } wrongBody)
            return IngestResult.Refused(wrongBody);
        return Parse(request.Inflated!.Value.Bytes) is { } parsed ? Keep(parsed) : Malformed("The request is not valid protobuf.");
    }

    private static DynatraceReply? RefuseAddress(IngestRequest request)
    {
        // The host of the web UI answers every ingest path with 404.
        if (request.Host.Contains(".apps.", StringComparison.OrdinalIgnoreCase))
            return DynatraceReply.NotFound();
        if (!TracesPath().IsMatch(request.Path))
            return DynatraceReply.NotFound();
        return request.Method == "POST" ? null : DynatraceReply.Error(405, "HTTP method not allowed");
    }

    /// <returns>Null when it is protobuf, within the limits and, if it says so, gzip.</returns>
    internal static DynatraceReply? RefuseBody(IngestRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.Header("Content-Type"), out var type)
            || !string.Equals(type.MediaType, "application/x-protobuf", StringComparison.OrdinalIgnoreCase))
        {
            return DynatraceReply.Error(415, "Unsupported media type. Use application/x-protobuf");
        }

        if (!request.Compressed.IsWhole || request.Inflated is { IsWhole: false })
        {
            return DynatraceReply.Error(413, "Request body is too large");
        }

        return request.Inflated is null ? DynatraceReply.Error(400, "The body is not valid gzip.") : null;
    }

    private static ExportTraceServiceRequest? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return ExportTraceServiceRequest.Parser.ParseFrom(body.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private IngestResult Keep(ExportTraceServiceRequest request)
    {
        var spans = (
            from resource in request.ResourceSpans
            from scope in resource.ScopeSpans
            from span in scope.Spans
            select new ReceivedSpan(resource.Resource ?? new Resource(), scope.Scope ?? new InstrumentationScope(), span)).ToList();
        if (spans.Any(received => received.Span.TraceId.IsEmpty || received.Span.SpanId.IsEmpty))
        {
            return Malformed("A span has an empty trace id or span id.");
        }

        var kept = spans.FindAll(received => IsInTime(received.Span));
        return new IngestResult(DynatraceReply.Accepted(new ExportTraceServiceResponse()), kept, spans.Count - kept.Count);
    }

    private bool IsInTime(Span span)
    {
        var now = timeProvider.GetUtcNow();
        // 100 ns steps; an end beyond what a date can hold is beyond ten minutes too.
        var ticks = Math.Min(span.EndTimeUnixNano / 100, (ulong)(DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks);
        var end = DateTimeOffset.UnixEpoch.AddTicks((long)ticks);
        return now - end <= MaxAge && end - now <= MaxAhead;
    }

    private static IngestResult Malformed(string message) => IngestResult.Refused(DynatraceReply.Error(400, message));

    [GeneratedRegex("^(/e/[^/]+)?/api/v2/otlp/v1/traces$", RegexOptions.CultureInvariant)]
    private static partial Regex TracesPath();
}
