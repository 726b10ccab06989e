namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>Breaks bytes, without a thought of what they mean.</summary>
internal sealed class ByteMutator(Random random)
{
    // What tends to matter: ends of varints, lengths, wire types, and bytes that no UTF-8 has.
    private static readonly byte[] Telling = [0, 1, 2, 3, 4, 7, 8, 0x0A, 0x0B, 0x0C, 0x12, 0x1A, 0x2A, 0x32, 0x3A, 0x4A, 0x5A, 0x6A, 0x7A, 0x7F, 0x80, 0x81, 0xC3, 0xE2, 0xF0, 0xFE, 0xFF];

    public byte[] Mutate(byte[] bytes)
    {
        var mutated = new List<byte>(bytes);
        for (var i = random.Next(1, 5); i > 0 && mutated.Count > 0; i--)
            MutateOnce(mutated);
        return [.. mutated];
    }

    private void MutateOnce(List<byte> bytes)
    {
        var at = random.Next(bytes.Count);
        var length = Math.Min(random.Next(1, 40), bytes.Count - at);
        switch (random.Next(10))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2 or 3:
                bytes[at] = Telling[random.Next(Telling.Length)];
                break;
            case 4:
                bytes[at] += (byte)random.Next(-3, 4);
                break;
            case 5:
                bytes.Insert(at, Telling[random.Next(Telling.Length)]);
                break;
            case 6:
                bytes.RemoveRange(at, random.Next(4) == 0 ? length : 1);
                break;
            case 7:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 8:
                bytes.RemoveRange(at, random.Next(8) == 0 ? bytes.Count - at : 0);
                break;
            default: // A length past all ends.
                bytes.InsertRange(at, Wire.Varint((ulong)random.NextInt64() >> random.Next(40)));
                break;
        }
    }
}
