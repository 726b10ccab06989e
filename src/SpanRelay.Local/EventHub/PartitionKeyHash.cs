using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace SpanRelay.Local.EventHub;

/// <summary>The partition of a key as Event Hubs chooses it: Bob Jenkins's lookup3 (hashlittle2), folded to 16 bits.</summary>
internal static class PartitionKeyHash
{
    public static int PartitionOf(string key, int partitionCount)
    {
        var (c, b) = Lookup3(Encoding.UTF8.GetBytes(key));
        // As an int before Abs: the absolute value of the smallest short is not a short.
        return Math.Abs((int)(short)(c ^ b)) % partitionCount;
    }

    public static (uint C, uint B) Lookup3(ReadOnlySpan<byte> data)
    {
        uint a, b, c;
        a = b = c = 0xdeadbeef + (uint)data.Length;
        while (data.Length > 12)
        {
            Add(data, ref a, ref b, ref c);
            Mix(ref a, ref b, ref c);
            data = data[12..];
        }

        if (data.IsEmpty) return (c, b);
        Span<byte> tail = stackalloc byte[12];
        tail.Clear();
        data.CopyTo(tail);
        Add(tail, ref a, ref b, ref c);
        Finish(ref a, ref b, ref c);
        return (c, b);
    }

    private static void Add(ReadOnlySpan<byte> block, ref uint a, ref uint b, ref uint c)
    {
        a += BinaryPrimitives.ReadUInt32LittleEndian(block);
        b += BinaryPrimitives.ReadUInt32LittleEndian(block[4..]);
        c += BinaryPrimitives.ReadUInt32LittleEndian(block[8..]);
    }

    private static void Mix(ref uint a, ref uint b, ref uint c)
    {
        a = (a - c) ^ BitOperations.RotateLeft(c, 4);
        c += b;
        b = (b - a) ^ BitOperations.RotateLeft(a, 6);
        a += c;
        c = (c - b) ^ BitOperations.RotateLeft(b, 8);
        b += a;
        a = (a - c) ^ BitOperations.RotateLeft(c, 16);
        c += b;
        b = (b - a) ^ BitOperations.RotateLeft(a, 19);
        a += c;
        c = (c - b) ^ BitOperations.RotateLeft(b, 4);
        b += a;
    }

    private static void Finish(ref uint a, ref uint b, ref uint c)
    {
        c = (c ^ b) - BitOperations.RotateLeft(b, 14);
        a = (a ^ c) - BitOperations.RotateLeft(c, 11);
        b = (b ^ a) - BitOperations.RotateLeft(a, 25);
        c = (c ^ b) - BitOperations.RotateLeft(b, 16);
        a = (a ^ c) - BitOperations.RotateLeft(c, 4);
        b = (b ^ a) - BitOperations.RotateLeft(a, 14);
        c = (c ^ b) - BitOperations.RotateLeft(b, 24);
    }
}
