using SpanRelay.Otlp;

namespace SpanRelay.Redaction;

/// <summary>
/// What nearly every attribute is on the wire: a key, then a value that is no list or map, and nothing else, just as the writer
/// would write it. So it needs no look at the order of its fields, its messages need no walk of their own, and what stays as
/// it is is copied in one go. Whatever else an attribute may be, it is written field by field.
/// </summary>
internal readonly ref struct PlainAttribute
{
    private const int KeyTag = (TraceSchema.KeyValueKey << 3) | (int)WireType.LengthDelimited;
    private const int ValueTag = (TraceSchema.KeyValueValue << 3) | (int)WireType.LengthDelimited;

    // Of a number that takes ten bytes, parsers ignore some bits of the last.
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

    /// <summary>Not empty.</summary>
    public ReadOnlySpan<byte> Key => Encoded.Slice(_keyEnd - _keyLength, _keyLength);

    /// <summary>The value, with its tag and length.</summary>
    public ReadOnlySpan<byte> ValueField => Encoded[_keyEnd..];

    /// <summary>Which of AnyValue's fields the value is.</summary>
    public FieldType ValueType { get; }

    public bool IsText => ValueType.WireType == WireType.LengthDelimited;

    /// <summary>For a text.</summary>
    public ReadOnlySpan<byte> Text => Encoded[^_textLength..];

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

    /// <summary>Of a tag of one byte and a length that takes no byte more than it must, and no more than two.</summary>
    /// <returns>0 where no such header stands.</returns>
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
