namespace SpanRelay.Otlp;

/// <summary>How a field's value is laid out. Groups (3 and 4) are not among them: OTLP never had any, and the reader refuses them.</summary>
internal enum WireType : byte
{
    Varint = 0,
    Fixed64 = 1,
    LengthDelimited = 2,
    Fixed32 = 5,
}
