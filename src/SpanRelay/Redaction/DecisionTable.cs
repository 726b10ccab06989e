using System.Buffers.Binary;
using System.Numerics;

namespace SpanRelay.Redaction;

/// <summary>Caches decisions by path in a fixed number of slots; a new entry replaces the one in its slot. Safe for concurrent use.</summary>
internal sealed class DecisionTable
{
    private const int Size = 1024; // ten bits of the hash
    public const int LongestPath = 256;

    private readonly Entry?[] _entries = new Entry?[Size];

    public AttributeDecision? Find(ReadOnlySpan<byte> path, int keyLength, bool isBelowKept)
    {
        var entry = path.Length > LongestPath ? null : _entries[Slot(path)];
        return entry is not null && entry.KeyLength == keyLength && entry.IsBelowKept == isBelowKept && path.SequenceEqual(entry.Path)
            ? entry.Decision
            : null;
    }

    public AttributeDecision Remember(ReadOnlySpan<byte> path, int keyLength, bool isBelowKept, AttributeDecision decision)
    {
        if (path.Length <= LongestPath)
            _entries[Slot(path)] = new Entry(path.ToArray(), keyLength, isBelowKept, decision);
        return decision;
    }

    // Both ends of a path distinguish keys well enough; deliberate collisions only evict entries.
    private static int Slot(ReadOnlySpan<byte> path)
    {
        var hash = (ulong)path.Length;
        if (path.Length >= sizeof(ulong))
            hash += BinaryPrimitives.ReadUInt64LittleEndian(path) ^ BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(path[^sizeof(ulong)..]), 31);
        else
            foreach (var b in path)
                hash = (hash << 8) ^ b;
        hash ^= hash >> 29;
        return (int)((hash * 0x9E3779B97F4A7C15) >> 54);
    }

    private sealed record Entry(byte[] Path, int KeyLength, bool IsBelowKept, AttributeDecision Decision);
}
