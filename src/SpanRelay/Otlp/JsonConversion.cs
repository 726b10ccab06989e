using System.Text.Json;
using SpanRelay.Buffers;

namespace SpanRelay.Otlp;

/// <summary>Writes one body of JSON as an export in protobuf. For one use.</summary>
internal sealed class JsonConversion(PooledBuffer output)
{
    // Protobuf parsers stop at 100 messages; a value nested in arrays takes three JSON levels for two of them.
    private const int MaxMessageDepth = 100;

    private static readonly int[] PathToSpans = [TraceSchema.RequestResourceSpans, TraceSchema.ResourceSpansScopeSpans, TraceSchema.ScopeSpansSpans];

    private int _spans;
    private int _idsInHex;
    private int _otherIds;
    private bool _holdsExport;

    public PayloadForm Form { get; private set; }

    public PayloadProblem WriteAll(ref Utf8JsonReader reader)
    {
        var values = 0;
        for (; reader.Read(); values++)
        {
            var problem = WriteTop(ref reader);
            if (problem != PayloadProblem.None)
                return problem;
        }

        Form |= values > 1 ? PayloadForm.Several : PayloadForm.None;
        return _otherIds > 0 && _idsInHex == 0 ? PayloadProblem.IdNotHex : PayloadProblem.None;
    }

    /// <summary>An export, a part of one, or a list of these.</summary>
    private PayloadProblem WriteTop(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
            return WriteExport(ref reader);
        if (reader.TokenType != JsonTokenType.StartArray)
            return PayloadProblem.InvalidJson;

        Form |= PayloadForm.Several;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var problem = reader.TokenType == JsonTokenType.StartObject ? WriteExport(ref reader) : PayloadProblem.InvalidJson;
            if (problem != PayloadProblem.None)
                return problem;
        }

        return PayloadProblem.None;
    }

    private PayloadProblem WriteExport(ref Utf8JsonReader reader)
    {
        var (message, levels) = JsonPeek.KindOf(reader) switch
        {
            JsonKind.ResourceSpans => (TraceSchema.ResourceSpans, 1),
            JsonKind.ScopeSpans => (TraceSchema.ScopeSpans, 2),
            JsonKind.Span => (TraceSchema.Span, 3),
            _ => (TraceSchema.Request, 0),
        };
        if (levels > 0)
            Form |= PayloadForm.Part;
        if (message == TraceSchema.Span)
            _spans++;
        return WritePart(message, PathToSpans.AsSpan(0, levels), ref reader, depth: 0);
    }

    private PayloadProblem WritePart(MessageType message, ReadOnlySpan<int> path, ref Utf8JsonReader reader, int depth)
    {
        if (path.IsEmpty)
            return WriteMembers(message, ref reader, depth);

        var writer = new WireWriter(output);
        var open = writer.Begin(path[0], expectedLength: 0x80);
        var problem = WritePart(message, path[1..], ref reader, depth + 1);
        writer.End(open);
        return problem;
    }

    private PayloadProblem WriteMembers(MessageType message, ref Utf8JsonReader reader, int depth)
    {
        if (depth > MaxMessageDepth)
            return PayloadProblem.NestedTooDeep;
        if (reader.TokenType != JsonTokenType.StartObject)
            return PayloadProblem.InvalidJson;

        var unread = new UnreadMembers(message, _spans);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var type = message.Find(ref reader, out var form);
            Form |= form;
            _holdsExport |= type is not null;
            unread.Note(type, ref reader);
            reader.Read();
            unread.NoteValue(type, ref reader);
            if (type is null)
                reader.Skip();
            else if (WriteMember(type, ref reader, depth) is var problem and not PayloadProblem.None)
                return problem;
        }

        if (!unread.MayHoldSpans(_spans))
            return PayloadProblem.None;
        return _holdsExport ? PayloadProblem.SpansNotFound : PayloadProblem.NotTraces;
    }

    private PayloadProblem WriteMember(FieldType type, ref Utf8JsonReader reader, int depth)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return PayloadProblem.None;
        if (!type.Repeated)
            return WriteValue(type, ref reader, depth);
        if (reader.TokenType != JsonTokenType.StartArray)
            return PayloadProblem.InvalidJson;

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var problem = WriteValue(type, ref reader, depth);
            if (problem != PayloadProblem.None)
                return problem;
        }

        return PayloadProblem.None;
    }

    private PayloadProblem WriteValue(FieldType type, ref Utf8JsonReader reader, int depth)
    {
        if (type.IsHexInJson)
            return WriteId(type, ref reader);
        if (type.Kind != FieldKind.Message)
            return JsonValue.TryWrite(type, ref reader, output) ? PayloadProblem.None : PayloadProblem.InvalidJson;

        _spans += type.Message == TraceSchema.Span ? 1 : 0;
        var writer = new WireWriter(output);
        var open = writer.Begin(type.Number, expectedLength: 0x80);
        var problem = WriteMembers(type.Message!, ref reader, depth + 1);
        writer.End(open);
        return problem;
    }

    /// <summary>An invalid id is left out, which affects only its span; a sender whose ids are all invalid is refused.</summary>
    private PayloadProblem WriteId(FieldType type, ref Utf8JsonReader reader)
    {
        if (JsonValue.TryWriteId(type, ref reader, output))
        {
            _idsInHex += reader.ValueSpan.IsEmpty ? 0 : 1;
            return PayloadProblem.None;
        }

        _otherIds++;
        reader.Skip();
        return PayloadProblem.None;
    }
}
