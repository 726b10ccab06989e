using SpanRelay.Buffers;

namespace SpanRelay.Otlp;

/// <summary>
/// A ResourceSpans, ScopeSpans or Span without the messages around it. Nothing on the wire names a message: so each field must be
/// one of the schema's, singular ones come once, and every span has its ids and a time.
/// </summary>
internal static class ExportPart
{
    private static readonly int[] PathToSpans = [TraceSchema.RequestResourceSpans, TraceSchema.ResourceSpansScopeSpans, TraceSchema.ScopeSpansSpans];

    /// <summary>Appends it as an export, where it is exactly one of the three and holds a span.</summary>
    public static bool TryWrap(ReadOnlySpan<byte> part, PooledBuffer output)
    {
        var messages = MessagesAround(part);
        if (messages > 0)
            Wrap(new WireWriter(output), part, PathToSpans.AsSpan(0, messages));
        return messages > 0;
    }

    /// <summary>The number of enclosing messages that are missing; 0 if it is none of the three.</summary>
    public static int MessagesAround(ReadOnlySpan<byte> part)
    {
        // Each starts with its resource, scope or trace id, or with spans.
        if (part is not [1 << 3 | (int)WireType.LengthDelimited or TraceSchema.ScopeSpansSpans << 3 | (int)WireType.LengthDelimited, ..])
            return 0;
        if (IsSpan(part))
            return 3;
        return HoldsSpans(TraceSchema.ScopeSpans, part) ? 2 : HoldsSpans(TraceSchema.ResourceSpans, part) ? 1 : 0;
    }

    /// <summary>It has the fields of a span, with ids and a time.</summary>
    private static bool IsSpan(ReadOnlySpan<byte> span)
    {
        var (hasTraceId, hasSpanId, hasTime) = (false, false, false);
        return IsMessage(TraceSchema.Span, span, (type, in field) =>
        {
            hasTraceId |= type.Number == TraceSchema.SpanTraceId && TraceSchema.IsTraceId(field.Payload);
            hasSpanId |= type.Number == TraceSchema.SpanSpanId && TraceSchema.IsSpanId(field.Payload);
            hasTime |= type.Number is TraceSchema.SpanStartTimeUnixNano or TraceSchema.SpanEndTimeUnixNano && field.Scalar != 0;
            return true;
        }) && hasTraceId && hasSpanId && hasTime;
    }

    private static bool HoldsSpans(MessageType message, ReadOnlySpan<byte> part)
    {
        var hasSpans = false;
        return IsMessage(message, part, (type, in field) =>
        {
            var isSpan = type.Message == TraceSchema.Span;
            var isScope = type.Message == TraceSchema.ScopeSpans;
            hasSpans |= isSpan || isScope;
            return isSpan ? IsSpan(field.Payload) : !isScope || HoldsSpans(TraceSchema.ScopeSpans, field.Payload);
        }) && hasSpans;
    }

    private static bool IsMessage(MessageType message, ReadOnlySpan<byte> rest, Accepts accepts)
    {
        var seen = 0u;
        while (!rest.IsEmpty)
        {
            if (!WireReader.TryReadField(ref rest, out var field) || FieldIn(message, field) is not { } type)
                return false;
            if (!type.Repeated && (seen & 1u << type.Number) != 0)
                return false;
            seen |= 1u << type.Number;
            if (!accepts(type, field))
                return false;
        }

        return true;
    }

    private static FieldType? FieldIn(MessageType message, in WireField field) =>
        message == TraceSchema.ResourceSpans && field is { Number: TraceSchema.ResourceSpansLibrarySpans, Type: WireType.LengthDelimited }
            ? TraceSchema.ResourceSpans.Find(TraceSchema.ResourceSpansScopeSpans, WireType.LengthDelimited)
            : message.Find(field.Number, field.Type);

    private static void Wrap(WireWriter writer, ReadOnlySpan<byte> part, ReadOnlySpan<int> path)
    {
        if (path.IsEmpty)
        {
            writer.WriteEncoded(part);
            return;
        }

        var open = writer.Begin(path[0], part.Length);
        Wrap(writer, part, path[1..]);
        writer.End(open);
    }

    private delegate bool Accepts(FieldType type, in WireField field);
}
