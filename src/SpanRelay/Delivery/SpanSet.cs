using System.Numerics;

namespace SpanRelay.Delivery;

/// <summary>Which spans of an event, by their places in its redacted export.</summary>
internal sealed class SpanSet(int spans)
{
    private readonly ulong[] _bits = new ulong[(spans + 63) / 64];

    public int Words => _bits.Length;

    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in _bits)
                count += BitOperations.PopCount(word);
            return count;
        }
    }

    public bool Contains(int place) => (_bits[place / 64] >> (place % 64) & 1) != 0;

    public void Add(int place) => _bits[place / 64] |= 1UL << (place % 64);
}
