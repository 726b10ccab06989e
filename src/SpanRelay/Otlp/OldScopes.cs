using SpanRelay.Buffers;

namespace SpanRelay.Otlp;

/// <summary>
/// Exports from before release 0.15 of the protocol, whose spans are in InstrumentationLibrarySpans (field 1000 of
/// ResourceSpans): the same message as ScopeSpans under another number.
/// </summary>
internal static class OldScopes
{
    /// <summary>Appends the export with today's numbers. Senders of the transition wrote the same spans under both: once is enough.</summary>
    /// <returns>False when a resource has different spans under either number: which count is not known.</returns>
    public static bool TryRename(ReadOnlySpan<byte> export, PooledBuffer output)
    {
        var writer = new WireWriter(output);
        while (!export.IsEmpty && WireReader.TryReadField(ref export, out var field))
        {
            if (field is not { Number: TraceSchema.RequestResourceSpans, Type: WireType.LengthDelimited })
            {
                Copy(field, field.Number, writer);
                continue;
            }

            var open = writer.Begin(field.Number, field.Payload.Length);
            var isRead = TryRenameIn(field.Payload, writer);
            writer.End(open);
            if (!isRead)
                return false;
        }

        return true;
    }

    private static bool TryRenameIn(ReadOnlySpan<byte> resourceSpans, WireWriter writer)
    {
        var copies = resourceSpans;
        var hasScopes = TryTakeNext(ref copies, TraceSchema.ResourceSpansScopeSpans, out _);
        if (hasScopes && !AreTheSame(resourceSpans))
            return false;

        while (!resourceSpans.IsEmpty && WireReader.TryReadField(ref resourceSpans, out var field))
        {
            if (field is not { Number: TraceSchema.ResourceSpansLibrarySpans, Type: WireType.LengthDelimited })
                Copy(field, field.Number, writer);
            else if (!hasScopes)
                Copy(field, TraceSchema.ResourceSpansScopeSpans, writer);
        }

        return true;
    }

    /// <summary>It has nothing under the old number, or the same messages in the same order as under the new one.</summary>
    private static bool AreTheSame(ReadOnlySpan<byte> resourceSpans)
    {
        var old = resourceSpans;
        var current = resourceSpans;
        if (!TryTakeNext(ref old, TraceSchema.ResourceSpansLibrarySpans, out var library))
            return true;

        for (var hasOld = true; hasOld; hasOld = TryTakeNext(ref old, TraceSchema.ResourceSpansLibrarySpans, out library))
        {
            if (!TryTakeNext(ref current, TraceSchema.ResourceSpansScopeSpans, out var scope) || !library.SequenceEqual(scope))
                return false;
        }

        return true;
    }

    private static bool TryTakeNext(scoped ref ReadOnlySpan<byte> rest, int number, out ReadOnlySpan<byte> payload)
    {
        while (!rest.IsEmpty && WireReader.TryReadField(ref rest, out var field))
        {
            payload = field.Payload;
            if (field.Number == number && field.Type == WireType.LengthDelimited)
                return true;
        }

        payload = [];
        return false;
    }

    private static void Copy(scoped in WireField field, int number, WireWriter writer)
    {
        switch (field.Type)
        {
            case WireType.Varint:
                writer.WriteVarint(number, field.Scalar);
                break;
            case WireType.Fixed32:
                writer.WriteFixed32(number, (uint)field.Scalar);
                break;
            case WireType.Fixed64:
                writer.WriteFixed64(number, field.Scalar);
                break;
            default:
                writer.WriteBytes(number, field.Payload);
                break;
        }
    }
}
