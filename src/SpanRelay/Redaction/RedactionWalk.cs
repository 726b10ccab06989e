using System.Text;
using System.Text.Unicode;
using SpanRelay.Buffers;
using SpanRelay.Otlp;

namespace SpanRelay.Redaction;

/// <summary>
/// One pass over one payload. Every known field of every message is written in the schema's order, or dropped.
/// <para>
/// Parsers accept fields in any order, singular fields twice (the last counts, messages merge) and oneofs set repeatedly.
/// A message that uses none of this is copied in wire order; any other is written in schema order, so that decisions are made
/// on what every parser will see. The order is checked before descending, or for spans, which never nest, on the way: each
/// byte is visited a bounded number of times per level, whatever the input.
/// </para>
/// </summary>
internal ref partial struct RedactionWalk
{
    // The limit of Google's parsers; receivers could not read anything deeper.
    private const int MaxDepth = 100;

    // Each merge holds a copy of its pieces during the walk. No sender splits messages, but an attacker may nest splits.
    private const int MaxMergedSizes = 16;

    // Paths too long for the cache are matched again for each member: many members below one long key would take quadratic time.
    private const int MaxMatchedSizes = 16;
    private const int AlwaysMatchedBytes = 128 * 1024;

    // Bytes of text between two checks of the clock.
    private const int BytesPerLook = 256 * 1024;

    private static readonly FieldType ResourceField = TraceSchema.ResourceSpans.Fields[0];
    private static readonly FieldType ResourceAttributeField = TraceSchema.Resource.Fields[0];

    private readonly RedactionRules _rules;
    private readonly ResourceAttributes _resourceAttributes;
    private readonly PooledBuffer _output;
    private readonly WireWriter _writer;

    // The path of the member that is being written: keys and list positions from the attribute's on, joined by dots.
    private readonly PooledBuffer _path;
    private readonly PooledBuffer _text;
    private readonly PooledBuffer _repaired;
    private readonly Span<int> _hits;
    private readonly Span<int> _hitsInText;
    private readonly Span<int> _hitsBefore;
    private readonly RedactionListener? _listener;

    private int _bytesLeftToMerge;
    private long _bytesLeftToMatch;
    private int _spans;
    private int _unknownFieldsRemoved;
    private WithheldBytes _withheld;
    private ulong _oldestEnd = ulong.MaxValue;
    private ulong _newestEnd;
    private int _spansWithoutEnd;
    private int _spansWithoutIds;
    private int _bytesUntilLook = BytesPerLook;
    private bool _isTooSlow;

    private MessageType? _owner;
    private bool _inContentEvent;
    private bool _isBelowKept;
    private bool _isStatement;
    private int _truncateTo;
    private byte[]? _rewrittenKey;
    private int _listElements;
    private int _changes;
    private int _attributesRemoved;
    private int _spanAttributesEnd;
    private KeySet _found;

    /// <summary>Room for the places of a span's attributes; empty where the rules add none.</summary>
    public Span<AttributePlace> Places { get; init; }

    /// <summary>How much time is left; null for no limit.</summary>
    public Func<TimeSpan>? TimeLeft { get; init; }

    /// <summary>Receives the size of each resource with its spans, and what was withheld of it; null for none.</summary>
    public List<ResourceBytes>? Resources { get; init; }

    /// <param name="hits">The counters that the walk increments.</param>
    /// <param name="scratch">Zeros, twice as many as <paramref name="hits"/>, for the walk's own use.</param>
    public RedactionWalk(
        RedactionRules rules,
        ResourceAttributes resourceAttributes,
        in WalkBuffers buffers,
        Span<int> hits,
        Span<int> scratch,
        RedactionListener? listener)
    {
        _rules = rules;
        _resourceAttributes = resourceAttributes;
        _output = buffers.Output;
        _writer = new WireWriter(buffers.Output);
        _path = buffers.Path;
        _text = buffers.Text;
        _repaired = buffers.Repaired;
        _hits = hits;
        _hitsInText = scratch[..hits.Length];
        _hitsBefore = scratch[hits.Length..];
        _listener = listener;
    }

    public RedactionResult Run(ReadOnlySpan<byte> request)
    {
        _bytesLeftToMerge = (int)Math.Min(request.Length * (long)MaxMergedSizes, PayloadDecoder.MaxInflatedBytes);
        _bytesLeftToMatch = AlwaysMatchedBytes + (request.Length * (long)MaxMatchedSizes);
        var problem = Write(TraceSchema.Request, request, depth: 0);
        if (problem == PayloadProblem.None && !request.IsEmpty && !Holds(request, TraceSchema.Request.Fields[0]))
            problem = PayloadProblem.NotTraces;
        if (problem == PayloadProblem.None && _isTooSlow)
            problem = PayloadProblem.TooSlow;
        if (problem == PayloadProblem.None && _spansWithoutIds > 0 && _spansWithoutIds == _spans)
            problem = PayloadProblem.SpanWithoutIds;

        return new RedactionResult
        {
            Problem = problem,
            Spans = _spans,
            AttributesRemoved = _attributesRemoved,
            UnknownFieldsRemoved = _unknownFieldsRemoved,
            OldestEndUnixNano = _oldestEnd,
            NewestEndUnixNano = _newestEnd,
            SpansWithoutEnd = _spansWithoutEnd,
            SpansWithoutIds = _spansWithoutIds,
        };
    }

    private PayloadProblem Write(MessageType message, ReadOnlySpan<byte> input, int depth)
    {
        if (depth > MaxDepth)
            return PayloadProblem.NestedTooDeep;
        return TryLookAtOrder(message, input, out var inOrder) ? Write(message, input, inOrder, depth) : PayloadProblem.MalformedProtobuf;
    }

    private PayloadProblem Write(MessageType message, ReadOnlySpan<byte> input, bool inOrder, int depth) =>
        inOrder && !IsGivenAttributes(message)
            ? WriteAsItComes(message, input, depth)
            : WriteBySchema(message, input, depth);

    private readonly bool IsGivenAttributes(MessageType message) =>
        !_resourceAttributes.IsEmpty && (message == TraceSchema.ResourceSpans || message == TraceSchema.Resource);

    /// <returns>False when it cannot be read to its end.</returns>
    private static bool TryLookAtOrder(MessageType message, ReadOnlySpan<byte> input, out bool inOrder)
    {
        inOrder = true;
        var order = default(FieldOrder);
        while (!input.IsEmpty)
        {
            if (!WireReader.TryReadField(ref input, out var field))
            {
                inOrder = false;
                return false;
            }

            inOrder &= order.Continues(message.Find(field.Number, field.Type), field.Type);
        }

        return true;
    }

    private PayloadProblem WriteAsItComes(MessageType message, ReadOnlySpan<byte> input, int depth)
    {
        while (!input.IsEmpty)
        {
            WireReader.TryReadField(ref input, out var field);
            var problem = WriteNext(message, message.Find(field.Number, field.Type), field, depth);
            if (problem != PayloadProblem.None)
                return problem;
        }

        return PayloadProblem.None;
    }

    private PayloadProblem WriteNext(MessageType message, FieldType? type, scoped in WireField field, int depth)
    {
        var problem = type is null ? WriteUnknown(field) : WriteField(type, field, depth);
        if (message == TraceSchema.Span && type is not null && type.Number <= TraceSchema.SpanAttributes)
            _spanAttributesEnd = _output.Length;
        return problem;
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
            if (message == TraceSchema.Span && type.Number == TraceSchema.SpanAttributes)
                _spanAttributesEnd = _output.Length;
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

    /// <summary>A singular field that may occur repeatedly: the last value, or all pieces of a message end to end, which merges them.</summary>
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

    /// <summary>The member of a oneof that was set last, with the pieces merged into it since another member was set.</summary>
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
                _withheld = _withheld with { UnknownFields = _withheld.UnknownFields + WireWriter.SizeOf(field.Number, field.Payload.Length) };
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
            case FieldKind.Bytes:
                WriteBytes(type, field.Payload);
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

    private PayloadProblem WriteMessage(FieldType type, ReadOnlySpan<byte> payload, int depth)
    {
        var message = type.Message;
        if (message == TraceSchema.KeyValue)
            return WriteAttribute(type, payload, depth);
        if (message == TraceSchema.Span)
            return WriteSpan(type, payload, depth);
        if (message == TraceSchema.AnyValue && type == ListElementField)
            return WriteListElement(type, payload, depth);
        if (message == TraceSchema.ResourceSpans)
            return WriteResourceSpans(type, payload, depth);
        if (message == TraceSchema.Event)
            _inContentEvent = _rules.IsContentEvent(LastBytes(payload, TraceSchema.EventName));
        return WriteAsItIs(type, payload, depth);
    }

    private PayloadProblem WriteResourceSpans(FieldType type, ReadOnlySpan<byte> payload, int depth)
    {
        var before = _withheld;
        var problem = WriteAsItIs(type, payload, depth);
        Resources?.Add(new ResourceBytes(payload.Length, _withheld.Since(before)));
        return problem;
    }

    private PayloadProblem WriteAsItIs(FieldType type, ReadOnlySpan<byte> payload, int depth)
    {
        var (owner, elements) = (_owner, _listElements);
        _owner = type.Message!.OwnsTexts ? type.Message : owner;
        _listElements = 0;
        var open = _writer.Begin(type.Number, payload.Length);
        var problem = Write(type.Message, payload, depth);
        _writer.End(open);
        (_owner, _listElements) = (owner, elements);
        return problem;
    }

    private PayloadProblem WriteSpan(FieldType type, ReadOnlySpan<byte> payload, int depth)
    {
        var changes = _changes;
        var owner = _owner;
        _owner = TraceSchema.Span;
        var open = _writer.Begin(type.Number, payload.Length);
        _spanAttributesEnd = _output.Length;
        _found = default;
        var problem = TryWriteSpanAsItComes(payload, depth) ? PayloadProblem.None : WriteSpanInOrder(payload, depth);
        if (!_found.IsEmpty && problem == PayloadProblem.None)
            InsertAdditions(_output.Length - open.Start);
        if (_rules.Audit && _changes > changes)
            InsertAudit(_changes - changes);
        _writer.End(open);
        _owner = owner;
        return problem;
    }

    /// <summary>
    /// Assumes canonical order, which nearly every span has, and undoes everything otherwise. Only spans are tried this way,
    /// since they never nest.
    /// </summary>
    private bool TryWriteSpanAsItComes(ReadOnlySpan<byte> span, int depth)
    {
        if (_listener is not null) // Reported changes cannot be undone.
            return false;

        var before = this;
        var length = _output.Length;
        _hits.CopyTo(_hitsBefore);
        if (TryNoteSpan(span, inOrder: true) && IsWrittenAsItComes(span, depth))
            return true;

        this = before;
        _hitsBefore.CopyTo(_hits);
        _output.Truncate(length);
        _path.Truncate(0);
        return false;
    }

    private bool IsWrittenAsItComes(ReadOnlySpan<byte> span, int depth)
    {
        var order = default(FieldOrder);
        while (!span.IsEmpty)
        {
            if (!WireReader.TryReadField(ref span, out var field))
                return false;

            var type = TraceSchema.Span.Find(field.Number, field.Type);
            if (!order.Continues(type, field.Type) || WriteNext(TraceSchema.Span, type, field, depth) != PayloadProblem.None)
                return false;
        }

        return true;
    }

    private PayloadProblem WriteSpanInOrder(ReadOnlySpan<byte> span, int depth)
    {
        var isReadable = TryLookAtOrder(TraceSchema.Span, span, out var inOrder);
        _spansWithoutIds += TryNoteSpan(span, inOrder) ? 0 : 1;
        return isReadable ? Write(TraceSchema.Span, span, inOrder, depth) : PayloadProblem.MalformedProtobuf;
    }

    /// <summary>Counts the span and its age.</summary>
    /// <returns>False when one of its ids is missing or invalid.</returns>
    private bool TryNoteSpan(ReadOnlySpan<byte> span, bool inOrder)
    {
        bool hasTraceId = false, hasSpanId = false;
        ulong end = 0;
        while (!span.IsEmpty && WireReader.TryReadField(ref span, out var field))
        {
            switch (field.Number, field.Type)
            {
                case (TraceSchema.SpanAttributes, WireType.LengthDelimited) when inOrder: // behind all these
                    span = [];
                    break;
                case (TraceSchema.SpanTraceId, WireType.LengthDelimited):
                    hasTraceId = TraceSchema.IsTraceId(field.Payload);
                    break;
                case (TraceSchema.SpanSpanId, WireType.LengthDelimited):
                    hasSpanId = TraceSchema.IsSpanId(field.Payload);
                    break;
                case (TraceSchema.SpanEndTimeUnixNano, WireType.Fixed64):
                    end = field.Scalar;
                    break;
            }
        }

        _spans++;
        if (end != 0)
            _oldestEnd = Math.Min(_oldestEnd, end);
        else
            _spansWithoutEnd++;
        _newestEnd = Math.Max(_newestEnd, end);
        return hasTraceId && hasSpanId;
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
