using SpanRelay.Otlp;

namespace SpanRelay.Redaction;

/// <summary>Tells whether the fields of one message come just as they are to be written: in the schema's order, none twice that must not be.</summary>
internal struct FieldOrder
{
    private int _last;
    private bool _oneofIsSet;

    /// <param name="type">The next field's; null for one that the schema does not know.</param>
    /// <param name="wireType">How that is laid out.</param>
    public bool Continues(FieldType? type, WireType wireType)
    {
        if (type is null)
        {
            // Unknown scalars are kept, behind all known fields; unknown bytes are dropped wherever they are.
            _last = wireType == WireType.LengthDelimited ? _last : int.MaxValue;
            return true;
        }

        var continues = type.InOneof
            ? !_oneofIsSet && _last != int.MaxValue
            : type.Number > _last || (type.Number == _last && type.Repeated);
        _oneofIsSet |= type.InOneof;
        _last = Math.Max(_last, type.Number);
        return continues;
    }
}
