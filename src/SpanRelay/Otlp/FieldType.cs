namespace SpanRelay.Otlp;

/// <summary>A field of the protocol's schema.</summary>
internal sealed class FieldType
{
    public required int Number { get; init; }

    /// <summary>The field's name in OTLP JSON (lowerCamelCase).</summary>
    public required string JsonName { get; init; }

    public required FieldKind Kind
    {
        get;
        init
        {
            field = value;
            WireType = value switch
            {
                FieldKind.Fixed32 => WireType.Fixed32,
                FieldKind.Fixed64 or FieldKind.Double => WireType.Fixed64,
                FieldKind.String or FieldKind.Bytes or FieldKind.Message => WireType.LengthDelimited,
                _ => WireType.Varint,
            };
        }
    }

    public WireType WireType { get; private init; }

    public bool Repeated { get; init; }

    /// <summary>A member of the message's only oneof: of all its members the last on the wire counts, and a default value is written too.</summary>
    public bool InOneof { get; init; }

    /// <summary>Bytes that OTLP JSON writes as hexadecimal rather than base64: trace and span ids.</summary>
    public bool IsHexInJson => IdLength > 0;

    /// <summary>For trace and span ids, their length in bytes.</summary>
    public int IdLength { get; init; }

    /// <summary>For <see cref="FieldKind.Message"/>, the message.</summary>
    public MessageType? Message { get; init; }

    /// <summary>For <see cref="FieldKind.Enum"/>, the values' names; a value's number is its place.</summary>
    public string[] EnumNames { get; init; } = [];
}
