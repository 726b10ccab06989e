namespace SpanRelay.Otlp;

/// <summary>One field of an encoded message: a number in <see cref="Scalar"/>, or bytes in <see cref="Payload"/>.</summary>
internal readonly ref struct WireField
{
    public required int Number { get; init; }

    public required WireType Type { get; init; }

    /// <summary>The value of a varint or fixed field; zero for a length-delimited one.</summary>
    public ulong Scalar { get; init; }

    /// <summary>The bytes of a length-delimited field, within the message that was read; empty for a scalar.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }
}
