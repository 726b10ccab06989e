using SpanRelay.Otlp;

namespace SpanRelay.Redaction;

/// <summary>Checks whether the fields of one message are in canonical order: by field number, singular fields once.</summary>
internal struct FieldOrder
{
    private int _last;
    private bool _oneofIsSet;

    /// <param name="type">The next field; null when the schema does not define it.</param>
    /// <param name="wireType">Its wire type.</param>
    public bool Continues(FieldType? type, WireType wireType)
    {
        if (type is null)
        {
            // Unknown scalars are kept, after all known fields; unknown bytes are dropped wherever they are.
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
