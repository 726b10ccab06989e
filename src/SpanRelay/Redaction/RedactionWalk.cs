using System.Text;
using System.Text.Unicode;
using SpanRelay.Otlp;

namespace SpanRelay.Redaction;

/// <summary>
/// One walk over one payload: every known field of every message is written in the schema's order, or not at all.
/// <para>
/// Parsers accept fields in any order, singular fields twice (the last counts, messages merge) and oneofs set repeatedly.
/// A message that uses none of this is copied field by field as it comes; any other is written field by field of the
/// schema, so that what is decided on is what every parser will see. Order is looked at before descending: each byte is
/// visited a bounded number of times a level, however the input is made.
/// </para>
/// </summary>
internal ref struct RedactionWalk
{
    // What Google's parsers accept: one more and the receiver could not read the output.
    private const int MaxDepth = 100;

    // Each merge holds a copy of its pieces while it is walked. No sender splits messages; an attacker may nest splits.
    private const int MaxMergedSizes = 16;

    private static readonly FieldType ResourceField = TraceSchema.ResourceSpans.Fields[0];
    private static readonly FieldType ResourceAttributeField = TraceSchema.Resource.Fields[0];
    private static readonly FieldType EventAttributeField = TraceSchema.Event.Fields[2];

    private readonly KeyRules _attributes;
    private readonly KeyRules _contentEvents;
    private readonly ResourceAttributes _resourceAttributes;
    private readonly PooledBuffer _output;
    private readonly WireWriter _writer;

    private bool _inContentEvent;
    private int _bytesLeftToMerge;
    private int _spans;
    private int _attributesRemoved;
    private int _unknownFieldsRemoved;
    private ulong _oldestEnd = ulong.MaxValue;

    public RedactionWalk(KeyRules attributes, KeyRules contentEvents, ResourceAttributes resourceAttributes, PooledBuffer output)
    {
        _attributes = attributes;
        _contentEvents = contentEvents;
        _resourceAttributes = resourceAttributes;
        _output = output;
        _writer = new WireWriter(output);
    }

    public RedactionResult Run(ReadOnlySpan<byte> request)
    {
        _bytesLeftToMerge = (int)Math.Min(request.Length * (long)MaxMergedSizes, PayloadDecoder.MaxInflatedBytes);
        var problem = Write(TraceSchema.Request, request, depth: 0);
        if (problem == PayloadProblem.None && !request.IsEmpty && !Holds(request, TraceSchema.Request.Fields[0]))
            problem = PayloadProblem.NotTraces;

        return new RedactionResult
        {
            Problem = problem,
            Spans = _spans,
            AttributesRemoved = _attributesRemoved,
            UnknownFieldsRemoved = _unknownFieldsRemoved,
            OldestEndUnixNano = _oldestEnd,
        };
    }

    private PayloadProblem Write(MessageType message, ReadOnlySpan<byte> input, int depth)
    {
        if (depth > MaxDepth)
            return PayloadProblem.NestedTooDeep;
        if (!TryLookAtOrder(message, input, out var inOrder))
            return PayloadProblem.MalformedProtobuf;

        return inOrder && !IsGivenAttributes(message)
            ? WriteAsItComes(message, input, depth)
            : WriteBySchema(message, input, depth);
    }

    private readonly bool IsGivenAttributes(MessageType message) =>
        !_resourceAttributes.IsEmpty && (message == TraceSchema.ResourceSpans || message == TraceSchema.Resource);

    private static bool TryLookAtOrder(MessageType message, ReadOnlySpan<byte> input, out bool inOrder)
    {
        inOrder = true;
        var oneofIsSet = false;
        var last = 0;
        while (!input.IsEmpty)
        {
            if (!WireReader.TryReadField(ref input, out var field))
                return false;

            var type = message.Find(field.Number, field.Type);
            if (type is null)
            {
                // Unknown scalars are kept, behind all known fields; unknown bytes are dropped wherever they are.
                last = field.Type == WireType.LengthDelimited ? last : int.MaxValue;
                continue;
            }

            inOrder &= type.InOneof
                ? !oneofIsSet && last != int.MaxValue
                : type.Number > last || (type.Number == last && type.Repeated);
            oneofIsSet |= type.InOneof;
            last = Math.Max(last, type.Number);
        }

        return true;
    }

    private PayloadProblem WriteAsItComes(MessageType message, ReadOnlySpan<byte> input, int depth)
    {
        while (!input.IsEmpty)
        {
            WireReader.TryReadField(ref input, out var field);
            var type = message.Find(field.Number, field.Type);
            var problem = type is null ? WriteUnknown(field) : WriteField(type, field, depth);
            if (problem != PayloadProblem.None)
                return problem;
        }

        return PayloadProblem.None;
    }

    private PayloadProblem WriteBySchema(MessageType message, ReadOnlySpan<byte> input, int depth)
    {
        foreach (var type in message.Fields)
        {
            var problem = type.InOneof ? PayloadProblem.None
                : type.Repeated ? WriteEach(message, type, input, depth)
                : WriteMerged(message, type, input, depth);
            if (problem != PayloadProblem.None)
                return problem;
            if (type == ResourceAttributeField)
                _output.Append(_resourceAttributes.Encoded);
        }

        var oneofProblem = WriteOneof(message, input, depth);
        return oneofProblem != PayloadProblem.None ? oneofProblem : WriteUnknowns(message, input);
    }

    private PayloadProblem WriteEach(MessageType message, FieldType type, ReadOnlySpan<byte> input, int depth)
    {
        while (TryReadNext(message, type, ref input, out var field))
        {
            var problem = WriteField(type, field, depth);
            if (problem != PayloadProblem.None)
                return problem;
        }

        return PayloadProblem.None;
    }

    /// <summary>A singular field, however often it comes: the last value, or all pieces of a message laid end to end, which merges them.</summary>
    private PayloadProblem WriteMerged(MessageType message, FieldType type, ReadOnlySpan<byte> input, int depth)
    {
        var rest = input;
        if (!TryReadNext(message, type, ref rest, out var last))
            return type == ResourceField && IsGivenAttributes(message)
                ? WriteField(type, new WireField { Number = type.Number, Type = type.WireType }, depth)
                : PayloadProblem.None;

        var count = 1;
        while (TryReadNext(message, type, ref rest, out var field))
        {
            last = field;
            count++;
        }

        if (count == 1 || type.Kind != FieldKind.Message)
            return WriteField(type, last, depth);

        using var pieces = new PooledBuffer();
        while (TryReadNext(message, type, ref input, out var piece))
            pieces.Append(piece.Payload);
        if (pieces.Length > _bytesLeftToMerge)
            return PayloadProblem.NestedTooDeep;

        _bytesLeftToMerge -= pieces.Length;
        var merged = new WireField { Number = type.Number, Type = type.WireType, Payload = pieces.WrittenSpan };
        var problem = WriteField(type, merged, depth);
        _bytesLeftToMerge += pieces.Length;
        return problem;
    }

    /// <summary>The member that was set last, with what was merged into it since another member was set.</summary>
    private PayloadProblem WriteOneof(MessageType message, ReadOnlySpan<byte> input, int depth)
    {
        FieldType? member = null;
        var sinceOther = input;
        for (var rest = input; !rest.IsEmpty;)
        {
            var before = rest;
            WireReader.TryReadField(ref rest, out var field);
            if (message.Find(field.Number, field.Type) is { InOneof: true } type && type != member)
            {
                member = type;
                sinceOther = before;
            }
        }

        return member is null ? PayloadProblem.None : WriteMerged(message, member, sinceOther, depth);
    }

    private PayloadProblem WriteUnknowns(MessageType message, ReadOnlySpan<byte> input)
    {
        while (!input.IsEmpty)
        {
            WireReader.TryReadField(ref input, out var field);
            if (message.Find(field.Number, field.Type) is null)
                WriteUnknown(field);
        }

        return PayloadProblem.None;
    }

    private PayloadProblem WriteUnknown(scoped in WireField field)
    {
        switch (field.Type)
        {
            case WireType.Varint:
                _writer.WriteVarint(field.Number, field.Scalar);
                break;
            case WireType.Fixed32:
                _writer.WriteFixed32(field.Number, (uint)field.Scalar);
                break;
            case WireType.Fixed64:
                _writer.WriteFixed64(field.Number, field.Scalar);
                break;
            default:
                _unknownFieldsRemoved++;
                break;
        }

        return PayloadProblem.None;
    }

    private PayloadProblem WriteField(FieldType type, scoped in WireField field, int depth)
    {
        switch (type.Kind)
        {
            case FieldKind.Message:
                return WriteMessage(type, field.Payload, depth + 1);
            case FieldKind.String:
                WriteText(type, field.Payload);
                break;
            case FieldKind.Bytes when type.InOneof || !field.Payload.IsEmpty:
                _writer.WriteBytes(type.Number, field.Payload);
                break;
            case FieldKind.Bytes:
                break;
            default:
                WriteScalar(type, field.Scalar);
                break;
        }

        return PayloadProblem.None;
    }

    private readonly void WriteScalar(FieldType type, ulong wire)
    {
        var value = type.Kind switch
        {
            FieldKind.UInt32 => (uint)wire,
            FieldKind.Enum => (ulong)(int)wire,
            FieldKind.Bool => wire == 0 ? 0UL : 1UL,
            _ => wire,
        };
        if (value == 0 && !type.InOneof)
            return;

        switch (type.WireType)
        {
            case WireType.Fixed32:
                _writer.WriteFixed32(type.Number, (uint)value);
                break;
            case WireType.Fixed64:
                _writer.WriteFixed64(type.Number, value);
                break;
            default:
                _writer.WriteVarint(type.Number, value);
                break;
        }
    }

    private readonly void WriteText(FieldType type, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty && !type.InOneof && !type.Repeated)
            return;

        if (Utf8.IsValid(text))
            _writer.WriteBytes(type.Number, text);
        else // Some senders cut texts between the bytes of a character; receivers refuse the whole request for it.
            _writer.WriteBytes(type.Number, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text)));
    }

    private PayloadProblem WriteMessage(FieldType type, ReadOnlySpan<byte> payload, int depth)
    {
        if (type.Message == TraceSchema.KeyValue && IsDropped(type, payload))
            return PayloadProblem.None;
        if (type.Message == TraceSchema.Span && !TryNoteSpan(payload))
            return PayloadProblem.SpanWithoutIds;
        if (type.Message == TraceSchema.Event)
            _inContentEvent = _contentEvents.Drops(LastBytes(payload, TraceSchema.EventName));

        var open = _writer.Begin(type.Number, payload.Length);
        var problem = Write(type.Message!, payload, depth);
        _writer.End(open);
        return problem;
    }

    private bool IsDropped(FieldType type, ReadOnlySpan<byte> keyValue)
    {
        var key = LastBytes(keyValue, TraceSchema.KeyValueKey);
        if (_attributes.Drops(key) || (_inContentEvent && type == EventAttributeField))
        {
            _attributesRemoved++;
            return true;
        }

        return type == ResourceAttributeField && _resourceAttributes.Replaces(key);
    }

    /// <summary>Counts the span and its age.</summary>
    /// <returns>False when it has no proper ids: then this is some other message that merely parses as a span.</returns>
    private bool TryNoteSpan(ReadOnlySpan<byte> span)
    {
        int traceIdLength = 0, spanIdLength = 0;
        ulong end = 0;
        while (!span.IsEmpty && WireReader.TryReadField(ref span, out var field))
        {
            switch (field.Number, field.Type)
            {
                case (TraceSchema.SpanTraceId, WireType.LengthDelimited):
                    traceIdLength = field.Payload.Length;
                    break;
                case (TraceSchema.SpanSpanId, WireType.LengthDelimited):
                    spanIdLength = field.Payload.Length;
                    break;
                case (TraceSchema.SpanEndTimeUnixNano, WireType.Fixed64):
                    end = field.Scalar;
                    break;
            }
        }

        _spans++;
        if (end != 0)
            _oldestEnd = Math.Min(_oldestEnd, end);
        return traceIdLength == 16 && spanIdLength == 8;
    }

    private static ReadOnlySpan<byte> LastBytes(ReadOnlySpan<byte> message, int number)
    {
        ReadOnlySpan<byte> last = [];
        while (!message.IsEmpty && WireReader.TryReadField(ref message, out var field))
        {
            if (field.Number == number && field.Type == WireType.LengthDelimited)
                last = field.Payload;
        }

        return last;
    }

    private static bool Holds(ReadOnlySpan<byte> message, FieldType type) =>
        TryReadNext(TraceSchema.Request, type, ref message, out _);

    /// <summary>Skips to the next field of this type in a message that was read to its end before.</summary>
    private static bool TryReadNext(MessageType message, FieldType type, scoped ref ReadOnlySpan<byte> rest, out WireField field)
    {
        while (!rest.IsEmpty && WireReader.TryReadField(ref rest, out field))
        {
            if (message.Find(field.Number, field.Type) == type)
                return true;
        }

        field = default;
        return false;
    }
}
