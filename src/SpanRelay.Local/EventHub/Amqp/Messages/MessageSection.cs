using SpanRelay.Local.EventHub.Amqp.Wire;

namespace SpanRelay.Local.EventHub.Amqp.Messages;

/// <summary>A section of an encoded message.</summary>
/// <param name="Code">Such as 0x75, a data section.</param>
/// <param name="Bytes">The whole section.</param>
/// <param name="Value">What follows the descriptor.</param>
internal readonly record struct MessageSection(ulong Code, ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte> Value)
{
    public const ulong DeliveryAnnotations = 0x71;
    public const ulong MessageAnnotations = 0x72;
    public const ulong ApplicationProperties = 0x74;
    public const ulong Data = 0x75;
    public const ulong AmqpValue = 0x77;

    private const ulong First = 0x70;
    private const ulong Last = 0x78;

    /// <returns>Null when the bytes are not a message.</returns>
    public static List<MessageSection>? Split(ReadOnlyMemory<byte> message)
    {
        var sections = new List<MessageSection>();
        while (!message.IsEmpty)
        {
            var length = WireValue.Measure(message.Span);
            if (length == 0 || !WireValue.TryReadDescriptor(message.Span, out var code, out var start) || code is < First or > Last) return null;
            sections.Add(new MessageSection(code, message[..length], message[start..length]));
            message = message[length..];
        }

        return sections;
    }

    /// <returns>The bytes of a data section; null when the section holds no binary value.</returns>
    public ReadOnlyMemory<byte>? Binary() => Value.Span switch
    {
        [0xA0, ..] => Value[2..],
        [0xB0, ..] => Value[5..],
        _ => null,
    };
}
