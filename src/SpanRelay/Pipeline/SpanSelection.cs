using System.Diagnostics;
using SpanRelay.Buffers;
using SpanRelay.Otlp;

namespace SpanRelay.Pipeline;

/// <summary>Reads the spans of a canonical export in order, and copies some of them to another export.</summary>
internal static class SpanSelection
{
    /// <summary>Appends the spans' ends in Unix nanoseconds, 0 where a span has none, and whether they have ids.</summary>
    public static void Read(ReadOnlySpan<byte> export, List<(ulong End, bool HasIds)> found)
    {
        var resources = new MessageParts(export, TraceSchema.RequestResourceSpans);
        while (resources.HasElement)
        {
            var scopes = new MessageParts(resources.TakePayload(), TraceSchema.ResourceSpansScopeSpans);
            while (scopes.HasElement)
            {
                var spans = new MessageParts(scopes.TakePayload(), TraceSchema.ScopeSpansSpans);
                while (spans.HasElement)
                    found.Add(Read(spans.TakePayload()));
            }
        }
    }

    /// <summary>The ids of the first spans, at most this many; spans without ids are left out.</summary>
    public static List<(ActivityTraceId Trace, ActivitySpanId Span)> ReadIds(ReadOnlySpan<byte> export, int most)
    {
        List<(ActivityTraceId, ActivitySpanId)> found = [];
        var resources = new MessageParts(export, TraceSchema.RequestResourceSpans);
        while (resources.HasElement && found.Count < most)
        {
            var scopes = new MessageParts(resources.TakePayload(), TraceSchema.ResourceSpansScopeSpans);
            while (scopes.HasElement && found.Count < most)
            {
                var spans = new MessageParts(scopes.TakePayload(), TraceSchema.ScopeSpansSpans);
                for (var read = 0; spans.HasElement && read < most && found.Count < most; read++)
                {
                    if (TryReadIds(spans.TakePayload(), out var ids))
                        found.Add(ids);
                }
            }
        }

        return found;
    }

    /// <summary>
    /// Appends the export with only the spans at the given places, which must ascend; resources and scopes that are left
    /// without a span are left out.
    /// </summary>
    public static void Copy(ReadOnlySpan<byte> export, ReadOnlySpan<int> places, PooledBuffer output)
    {
        var writer = new WireWriter(output);
        var place = 0;
        var resources = new MessageParts(export, TraceSchema.RequestResourceSpans);
        while (resources.HasElement)
        {
            var resourceStart = output.Length;
            var payload = resources.TakePayload();
            var scopes = new MessageParts(payload, TraceSchema.ResourceSpansScopeSpans);
            var resource = writer.Begin(TraceSchema.RequestResourceSpans, payload.Length);
            output.Append(scopes.Before);
            var hasSpans = false;
            while (scopes.HasElement)
                hasSpans |= CopyScope(scopes.TakePayload(), ref places, ref place, output);

            output.Append(scopes.After);
            writer.End(resource);
            if (!hasSpans)
                output.Truncate(resourceStart);
        }
    }

    private static bool CopyScope(ReadOnlySpan<byte> payload, scoped ref ReadOnlySpan<int> places, ref int place, PooledBuffer output)
    {
        var writer = new WireWriter(output);
        var start = output.Length;
        var spans = new MessageParts(payload, TraceSchema.ScopeSpansSpans);
        var scope = writer.Begin(TraceSchema.ResourceSpansScopeSpans, payload.Length);
        output.Append(spans.Before);
        var hasSpans = false;
        for (; spans.HasElement; place++)
        {
            var span = spans.TakeElement();
            if (places is not [var next, ..] || next != place)
                continue;

            places = places[1..];
            output.Append(span);
            hasSpans = true;
        }

        output.Append(spans.After);
        writer.End(scope);
        if (!hasSpans)
            output.Truncate(start);
        return hasSpans;
    }

    private static bool TryReadIds(ReadOnlySpan<byte> span, out (ActivityTraceId Trace, ActivitySpanId Span) ids)
    {
        ids = default;
        ReadOnlySpan<byte> trace = [], id = [];
        while (!span.IsEmpty && WireReader.TryReadField(ref span, out var field) && field.Number <= TraceSchema.SpanSpanId)
        {
            trace = field.Number == TraceSchema.SpanTraceId ? field.Payload : trace;
            id = field.Number == TraceSchema.SpanSpanId ? field.Payload : id;
        }

        if (!TraceSchema.IsTraceId(trace) || !TraceSchema.IsSpanId(id))
            return false;

        ids = (ActivityTraceId.CreateFromBytes(trace), ActivitySpanId.CreateFromBytes(id));
        return true;
    }

    /// <summary>A canonical span has its ids and its end before its attributes.</summary>
    private static (ulong End, bool HasIds) Read(ReadOnlySpan<byte> span)
    {
        bool hasTraceId = false, hasSpanId = false;
        ulong end = 0;
        while (!span.IsEmpty && WireReader.TryReadField(ref span, out var field) && field.Number != TraceSchema.SpanAttributes)
        {
            hasTraceId |= field is { Number: TraceSchema.SpanTraceId, Type: WireType.LengthDelimited } && TraceSchema.IsTraceId(field.Payload);
            hasSpanId |= field is { Number: TraceSchema.SpanSpanId, Type: WireType.LengthDelimited } && TraceSchema.IsSpanId(field.Payload);
            end = field is { Number: TraceSchema.SpanEndTimeUnixNano, Type: WireType.Fixed64 } ? field.Scalar : end;
        }

        return (end, hasTraceId && hasSpanId);
    }
}
