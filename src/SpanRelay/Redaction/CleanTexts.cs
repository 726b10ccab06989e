using System.IO.Hashing;
using System.Security.Cryptography;

namespace SpanRelay.Redaction;

/// <summary>
/// Remembers short texts in which nothing was found: models, hosts and names recur from span to span. Keeps only a 64-bit hash of each
/// text, seeded at random per process; a newer text replaces the one in its slot. Safe for concurrent use.
/// </summary>
internal sealed class CleanTexts
{
    public const int Longest = 256;

    private const int SlotBits = 11;

    // With a known seed, a sender could craft a text whose hash equals that of a clean one.
    private static readonly long Seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    private readonly ulong[] _hashes = new ulong[1 << SlotBits];

    /// <param name="isClean">The text is known to be clean.</param>
    /// <returns>The place to <see cref="Add"/> the text at, if it turns out to be clean.</returns>
    public Place Find(ReadOnlySpan<byte> text, out bool isClean)
    {
        isClean = false;
        if (text.Length > Longest)
            return default;

        var hash = XxHash128.HashToUInt128(text, Seed);
        var place = new Place((int)((ulong)(hash >> 64) >> (64 - SlotBits)), (ulong)hash);
        isClean = _hashes[place.Slot] == place.Hash;
        return place;
    }

    /// <summary>Remembers a text, unless it is too long.</summary>
    public void Add(Place place)
    {
        if (place != default)
            _hashes[place.Slot] = place.Hash;
    }

    public readonly record struct Place(int Slot, ulong Hash);
}
