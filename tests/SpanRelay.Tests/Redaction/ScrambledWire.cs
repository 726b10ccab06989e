using Google.Protobuf;
using SpanRelay.Otlp;
using SpanRelay.Tests.Redaction.Oracle;

namespace SpanRelay.Tests.Redaction;

/// <summary>
/// Encodes a message in a valid but unusual way: fields out of order, singular messages in pieces,
/// scalars set twice, padded varints.
/// </summary>
internal sealed class ScrambledWire(int seed)
{
    private readonly Random _random = new(seed);

    public byte[] Of(IMessage message) => Scramble(TraceSchema.Request, message.ToByteArray());

    private byte[] Scramble(MessageType message, byte[] encoded)
    {
        var fields = new List<(int Number, byte[] Bytes)>();
        ReadOnlySpan<byte> rest = encoded;
        while (!rest.IsEmpty)
        {
            WireReader.TryReadField(ref rest, out var field);
            var type = message.Find(field.Number, field.Type)!;
            if (type.Message is { } inner)
            {
                var payload = Scramble(inner, field.Payload.ToArray());
                var cut = type.Repeated ? 0 : Cut(payload);
                if (cut > 0)
                    fields.Add((field.Number, Encode(field.Number, field.Type, 0, payload.AsSpan(0, cut))));
                fields.Add((field.Number, Encode(field.Number, field.Type, 0, payload.AsSpan(cut))));
                continue;
            }

            if (!type.Repeated && _random.Next(4) == 0) // An earlier value, which does not count.
                fields.Add((field.Number, Encode(field.Number, field.Type, field.Scalar ^ 1, [.. field.Payload, (byte)'x'])));
            fields.Add((field.Number, Encode(field.Number, field.Type, field.Scalar, field.Payload)));
        }

        // Any order of the fields will do, but for the order among those of one number.
        var numbers = fields.Select(field => field.Number).ToArray();
        _random.Shuffle(numbers);
        var queues = fields.GroupBy(field => field.Number).ToDictionary(group => group.Key, group => new Queue<byte[]>(group.Select(field => field.Bytes)));
        return [.. numbers.SelectMany(number => queues[number].Dequeue())];
    }

    /// <summary>Somewhere between two fields of the payload.</summary>
    private int Cut(byte[] payload)
    {
        var cuts = new List<int> { 0 };
        ReadOnlySpan<byte> rest = payload;
        while (!rest.IsEmpty && WireReader.TryReadField(ref rest, out _))
            cuts.Add(payload.Length - rest.Length);
        return cuts[_random.Next(cuts.Count)];
    }

    private byte[] Encode(int number, WireType type, ulong scalar, ReadOnlySpan<byte> payload)
    {
        List<byte> bytes = [.. Varint((ulong)number << 3 | (byte)type, longest: 5)];
        bytes.AddRange(type switch
        {
            WireType.Varint => Varint(scalar, longest: 10),
            WireType.Fixed32 => BitConverter.GetBytes((uint)scalar),
            WireType.Fixed64 => BitConverter.GetBytes(scalar),
            _ => [.. Varint((ulong)payload.Length, longest: 5), .. payload],
        });
        return [.. bytes];
    }

    private byte[] Varint(ulong value, int longest)
    {
        var bytes = new List<byte>();
        do
            bytes.Add((byte)(value | 0x80));
        while ((value >>= 7) != 0);
        while (bytes.Count < longest && _random.Next(4) == 0)
            bytes.Add(0x80);
        bytes[^1] &= 0x7F;
        return [.. bytes];
    }
}
