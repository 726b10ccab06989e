using System.Numerics;

namespace SpanRelay.Pipeline;

/// <summary>A set of an event's spans, by their places in its redacted export.</summary>
internal sealed class SpanSet(int spans)
{
    private readonly ulong[] _bits = new ulong[(spans + 63) / 64];
    private ulong[]? _tooOld;

    public int Words => _bits.Length + (_tooOld?.Length ?? 0);

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

    /// <summary>It was dead-lettered for its age.</summary>
    public bool IsTooOld(int place) => _tooOld is not null && (_tooOld[place / 64] >> (place % 64) & 1) != 0;

    public void AddTooOld(int place)
    {
        Add(place);
        _tooOld ??= new ulong[_bits.Length];
        _tooOld[place / 64] |= 1UL << (place % 64);
    }
}
