using SpanRelay.Otlp;

namespace SpanRelay.Redaction;

/// <summary>
/// The fast path for nearly every attribute: a key followed by a scalar value, in canonical encoding. It needs no check of
/// field order and no walk of its own, and is copied in one go when unchanged. Any other attribute is written field by field.
/// </summary>
internal readonly ref struct PlainAttribute
{
    private const int KeyTag = (TraceSchema.KeyValueKey << 3) | (int)WireType.LengthDelimited;
    private const int ValueTag = (TraceSchema.KeyValueValue << 3) | (int)WireType.LengthDelimited;

    // Parsers ignore some bits of the tenth byte.
    private const int LongestVarint = 9;

    private readonly int _keyEnd;
    private readonly int _keyLength;
    private readonly int _textLength;

    private PlainAttribute(ReadOnlySpan<byte> encoded, int keyEnd, int keyLength, FieldType valueType, int textLength)
    {
        Encoded = encoded;
        _keyEnd = keyEnd;
        _keyLength = keyLength;
        ValueType = valueType;
        _textLength = textLength;
    }

    /// <summary>The whole KeyValue.</summary>
    public ReadOnlySpan<byte> Encoded { get; }

    /// <summary>The key; never empty.</summary>
    public ReadOnlySpan<byte> Key => Encoded.Slice(_keyEnd - _keyLength, _keyLength);

    /// <summary>The value, with its tag and length.</summary>
    public ReadOnlySpan<byte> ValueField => Encoded[_keyEnd..];

    /// <summary>Which of AnyValue's fields the value is.</summary>
    public FieldType ValueType { get; }

    public bool IsText => ValueType.WireType == WireType.LengthDelimited;

    /// <summary>The text; only when <see cref="IsText"/>.</summary>
    public ReadOnlySpan<byte> Text => Encoded[^_textLength..];

    /// <summary>The bytes of a text, or a number without its tag.</summary>
    public ReadOnlySpan<byte> Value => IsText ? Text : ValueField[3..];

    public static bool TryRead(ReadOnlySpan<byte> keyValue, out PlainAttribute attribute)
    {
        attribute = default;
        var keyStart = HeaderLength(keyValue, KeyTag, out var keyLength);
        if (keyStart == 0 || keyLength == 0 || keyValue.Length - keyStart < keyLength)
            return false;

        var rest = keyValue[(keyStart + keyLength)..];
        var valueStart = HeaderLength(rest, ValueTag, out var length);
        if (valueStart == 0 || length == 0 || rest.Length - valueStart != length)
            return false;

        var value = rest[valueStart..];
        if (TraceSchema.AnyValue.Find(value[0] >> 3, (WireType)(value[0] & 7)) is not { } type)
            return false;

        var textLength = 0;
        if (type.WireType == WireType.LengthDelimited)
        {
            var textStart = HeaderLength(value, value[0], out textLength);
            if (textStart == 0 || value.Length - textStart != textLength || type.Kind == FieldKind.Message)
                return false;
        }
        else if (!IsNumber(type, value[1..]))
        {
            return false;
        }

        attribute = new PlainAttribute(keyValue, keyStart + keyLength, keyLength, type, textLength);
        return true;
    }

    /// <summary>Length of a header with a one-byte tag and a minimal length of at most two bytes.</summary>
    /// <returns>0 for any other header.</returns>
    private static int HeaderLength(ReadOnlySpan<byte> bytes, int tag, out int length)
    {
        length = 0;
        if (bytes.Length < 2 || bytes[0] != tag)
            return 0;

        length = bytes[1];
        if (length < 0x80)
            return 2;
        if (bytes.Length < 3 || bytes[2] is 0 or >= 0x80)
            return 0;

        length = (length & 0x7F) | (bytes[2] << 7);
        return 3;
    }

    private static bool IsNumber(FieldType type, ReadOnlySpan<byte> value) => type.Kind switch
    {
        FieldKind.Bool => value is [0 or 1],
        FieldKind.Double => value.Length == sizeof(double),
        _ => IsVarint(value),
    };

    private static bool IsVarint(ReadOnlySpan<byte> bytes) =>
        bytes.Length is > 0 and <= LongestVarint
        && bytes[^1] < 0x80
        && (bytes.Length == 1 || bytes[^1] != 0)
        && !bytes[..^1].ContainsAnyInRange<byte>(0, 0x7F);
}
