using SpanRelay.Buffers;

namespace SpanRelay.Otlp;

/// <summary>
/// A ResourceSpans, ScopeSpans or Span without the messages around it. Nothing on the wire names a message: so each field must be
/// one of the schema's, singular ones come once, and every span has its ids and a time.
/// </summary>
internal static class ExportPart
{
    /// <summary>Appends it as an export, where it is exactly one of the three and holds a span.</summary>
    public static bool TryWrap(ReadOnlySpan<byte> part, PooledBuffer output)
    {
        if (part is not [1 << 3 | (int)WireType.LengthDelimited or TraceSchema.ScopeSpansSpans << 3 | (int)WireType.LengthDelimited, ..])
            return false; // Each starts with its resource, scope or trace id, or with spans.

        var writer = new WireWriter(output);
        if (IsSpan(part))
            return Wrap(writer, part, TraceSchema.RequestResourceSpans, TraceSchema.ResourceSpansScopeSpans, TraceSchema.ScopeSpansSpans);
        if (HoldsSpans(TraceSchema.ScopeSpans, part))
            return Wrap(writer, part, TraceSchema.RequestResourceSpans, TraceSchema.ResourceSpansScopeSpans);
        return HoldsSpans(TraceSchema.ResourceSpans, part) && Wrap(writer, part, TraceSchema.RequestResourceSpans);
    }

    /// <summary>It has the fields of a span, with ids and a time.</summary>
    public static bool IsSpan(ReadOnlySpan<byte> span)
    {
        var (hasTraceId, hasSpanId, hasTime) = (false, false, false);
        return IsMessage(TraceSchema.Span, span, (type, in field) =>
        {
            hasTraceId |= type.Number == TraceSchema.SpanTraceId && field.Payload.Length == TraceSchema.TraceIdLength;
            hasSpanId |= type.Number == TraceSchema.SpanSpanId && field.Payload.Length == TraceSchema.SpanIdLength;
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

    private static bool Wrap(WireWriter writer, ReadOnlySpan<byte> part, params ReadOnlySpan<int> numbers)
    {
        var open = writer.Begin(numbers[0], part.Length);
        if (numbers.Length == 1)
            writer.WriteEncoded(part);
        else
            Wrap(writer, part, numbers[1..]);
        writer.End(open);
        return true;
    }

    private delegate bool Accepts(FieldType type, in WireField field);
}
