using System.Globalization;
using System.Text;
using SpanRelay.Otlp;

namespace SpanRelay.Redaction;

/// <summary>Notes what a span still says after redaction, and inserts what is added to it.</summary>
internal ref partial struct RedactionWalk
{
    // Larger spans are close to the size limit of an event or a request: additions must not make them too large to send.
    private const int LargestSpanWithAdditions = 1024 * 1024;

    /// <param name="decision">What was decided about the attribute.</param>
    /// <param name="start">Where in the output it was written.</param>
    /// <param name="plain">The attribute as received; empty when it was not plain.</param>
    private void NotePlace(AttributeDecision decision, int start, scoped in PlainAttribute plain)
    {
        var header = plain.Encoded.Length < 0x80 ? 2 : 3;
        var isAsItCame = decision.Rule is null && !plain.Encoded.IsEmpty && _output.Length - start == plain.Encoded.Length + header;
        _found = _found.With(decision.Number);
        Places[decision.Number] = isAsItCame ? PlaceOf(plain) : PlaceAt(start);
    }

    /// <summary>Lists, maps, values that were replaced, and those that came in an unusual encoding.</summary>
    private readonly AttributePlace PlaceAt(int start)
    {
        var written = _output.WrittenSpan[start..];
        WireReader.TryReadField(ref written, out var attribute);
        if (PlainAttribute.TryRead(attribute.Payload, out var plain))
            return PlaceOf(plain);

        const byte NumberTag = TraceSchema.AnyValueInt << 3; // a negative number, which is not plain
        var value = LastBytes(attribute.Payload, TraceSchema.KeyValueValue);
        return value is [NumberTag, .. var number] ? new AttributePlace(_output.Length - number.Length, number.Length, FieldKind.Int64) : new AttributePlace(0, 0, FieldKind.Message);
    }

    private readonly AttributePlace PlaceOf(scoped in PlainAttribute attribute) =>
        new(_output.Length - attribute.Value.Length, attribute.Value.Length, attribute.ValueType.Kind);

    private void InsertAdditions(int spanLength)
    {
        if (spanLength > LargestSpanWithAdditions)
            return;

        _text.Truncate(0);
        _rules.Additions!.Append(new FoundAttributes(_output.WrittenSpan, _spanAttributesEnd, Places, _found), _text);
        if (_text.Length == 0)
            return;

        _output.Insert(_spanAttributesEnd, _text.WrittenSpan);
        _spanAttributesEnd += _text.Length;
        if (_listener is not null)
            ReportAdditions(_text.WrittenSpan);
    }

    private readonly void ReportAdditions(ReadOnlySpan<byte> additions)
    {
        while (!additions.IsEmpty && WireReader.TryReadField(ref additions, out var field) && PlainAttribute.TryRead(field.Payload, out var attribute))
        {
            _listener!(new RedactionChange
            {
                Owner = TraceSchema.Span.Name,
                SpanIndex = _spans - 1,
                Path = attribute.Key,
                Rule = "genAi",
                After = attribute.IsText ? attribute.Text : Encoding.UTF8.GetBytes(Number(attribute)),
                IsAdded = true,
            });
        }
    }

    private static string Number(scoped in PlainAttribute attribute)
    {
        if (attribute.ValueType.Kind == FieldKind.Double)
            return BitConverter.ToDouble(attribute.Value).ToString(CultureInfo.InvariantCulture);

        WireReader.ReadVarint(attribute.Value, out var value);
        return ((long)value).ToString(CultureInfo.InvariantCulture);
    }
}
