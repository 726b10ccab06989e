namespace SpanRelay.Otlp;

/// <summary>What a field holds, as the protocol's schema declares it.</summary>
internal enum FieldKind : byte
{
    UInt32,
    Enum,
    Int64,
    Bool,
    Fixed32,
    Fixed64,
    Double,
    String,
    Bytes,
    Message,
}
