using System.Runtime.CompilerServices;

namespace SpanRelay.Otlp;

/// <summary>What an encoded export holds, down to its spans but not into them. One step a message: it costs next to nothing.</summary>
internal ref struct ExportShape
{
    public int Resources { get; private set; }

    public int Spans { get; private set; }

    /// <summary>It holds spans of instrumentation libraries, which the schema calls scopes today.</summary>
    public bool HasOldScopes { get; private set; }

    /// <summary>Fields that the schema does not know hold spans, or are in a message that should hold spans and has none.</summary>
    public bool HasUnread { get; private set; }

    /// <summary>It is an export, and an empty one if it holds no span.</summary>
    public readonly bool IsExport => Resources > 0 && !HasUnread;

    /// <returns>False when the bytes are not such a message.</returns>
    public static bool TryRead(ReadOnlySpan<byte> export, out ExportShape shape)
    {
        shape = default;
        return shape.TryReadRequest(export);
    }

    /// <summary>
    /// Of this message only a list of resources is known. Others may follow in a later release; anything before the last
    /// resource is a sign that the bytes are framed in some way, and read out of step.
    /// </summary>
    private bool TryReadRequest(ReadOnlySpan<byte> rest)
    {
        var isUnread = false;
        while (!rest.IsEmpty)
        {
            if (!WireReader.TryReadField(ref rest, out var field))
                return false;
            if (!Is(field, TraceSchema.RequestResourceSpans))
            {
                HasUnread |= field.Type != WireType.LengthDelimited || HoldsSpans(field);
                isUnread = true;
                continue;
            }

            HasUnread |= isUnread;
            if (!TryReadResource(field.Payload))
                return false;
        }

        HasUnread |= isUnread && Spans == 0;
        return true;
    }

    private bool TryReadResource(ReadOnlySpan<byte> rest)
    {
        Resources++;
        var before = Spans;
        var isUnread = false;
        while (!rest.IsEmpty)
        {
            if (!WireReader.TryReadField(ref rest, out var field))
                return false;

            var isOld = Is(field, TraceSchema.ResourceSpansLibrarySpans);
            HasOldScopes |= isOld;
            if (!isOld && !Is(field, TraceSchema.ResourceSpansScopeSpans))
                isUnread |= IsUnread(TraceSchema.ResourceSpans, field);
            else if (!TryReadScope(field.Payload))
                return false;
        }

        HasUnread |= isUnread && Spans == before;
        return true;
    }

    private bool TryReadScope(ReadOnlySpan<byte> rest)
    {
        var before = Spans;
        var isUnread = false;
        while (!rest.IsEmpty)
        {
            if (!WireReader.TryReadField(ref rest, out var field))
                return false;
            if (Is(field, TraceSchema.ScopeSpansSpans))
                Spans++;
            else
                isUnread |= IsUnread(TraceSchema.ScopeSpans, field);
        }

        HasUnread |= isUnread && Spans == before;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Is(in WireField field, int number) => field.Number == number && field.Type == WireType.LengthDelimited;

    /// <summary>An unknown field. If spans are in it, it is not one of a later release.</summary>
    private bool IsUnread(MessageType message, scoped in WireField field)
    {
        if (message.Find(field.Number, field.Type) is not null || (field.Scalar == 0 && field.Payload.IsEmpty))
            return false;

        HasUnread |= HoldsSpans(field);
        return true;
    }

    private static bool HoldsSpans(scoped in WireField field) => !field.Payload.IsEmpty && ExportPart.MessagesAround(field.Payload) > 0;
}
