using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SpanRelay.Redaction.Detectors.Scanning;

/// <summary>
/// Rules out detectors for a short text by counting its bytes once. Most texts of a span are a few words in which nothing can be
/// found; starting each detector's search for them would cost more than everything else.
/// </summary>
internal sealed class ShortTextFilter
{
    // The maximum of a one-byte counter. The filter would rule out little for longer texts, and the searches are fast there.
    private const int LongestText = byte.MaxValue;

    private readonly uint _all;
    private readonly uint[] _longEnoughFor = new uint[LongestText + 1];
    private readonly Vector128<byte>[] _minima;

    // What each byte adds to the counters; there is one counter for each kind.
    private readonly Vector128<byte>[] _counted = new Vector128<byte>[256];

    public ShortTextFilter(IReadOnlyList<Minimum> minima)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minima.Count, 32);

        // A kind beyond the last counter is not counted and rules nothing out.
        string[] kinds = [.. minima.SelectMany(minimum => minimum.Of).Select(each => each.Kind).Distinct().Take(Vector128<byte>.Count)];
        for (var counter = 0; counter < kinds.Length; counter++)
        {
            foreach (var character in kinds[counter])
                _counted[character] = _counted[character].WithElement(counter, (byte)1);
        }

        _minima = [.. minima.Select(minimum => Counters(minimum, kinds))];
        _all = (uint)((1UL << minima.Count) - 1);
        for (var length = 0; length <= LongestText; length++)
            _longEnoughFor[length] = minima.Index().Where(each => each.Item.Bytes <= length).Aggregate(0u, (all, each) => all | 1u << each.Index);
    }

    /// <returns>A bit for each minimum that the text meets; 0 when nothing can be found in it.</returns>
    public uint Fitting(ReadOnlySpan<byte> text)
    {
        if (text.Length > LongestText)
            return _all;

        var fitting = _longEnoughFor[text.Length];
        return fitting == 0 ? 0 : Fitting(Count(text), fitting);
    }

    private uint Fitting(Vector128<byte> counts, uint longEnough)
    {
        var fitting = 0u;
        var minima = _minima;
        for (var i = 0; i < minima.Length; i++)
            fitting |= (Vector128.Max(counts, minima[i]) == counts ? 1u : 0) << i;
        return fitting & longEnough;
    }

    private Vector128<byte> Count(ReadOnlySpan<byte> text)
    {
        // No index is out of range: there is an element for each value of a byte.
        ref var counted = ref MemoryMarshal.GetArrayDataReference(_counted);
        var (counts, others) = (Vector128<byte>.Zero, Vector128<byte>.Zero);
        var at = 0;
        for (; at <= text.Length - 4; at += 4)
        {
            counts += Unsafe.Add(ref counted, (int)text[at]) + Unsafe.Add(ref counted, (int)text[at + 1]);
            others += Unsafe.Add(ref counted, (int)text[at + 2]) + Unsafe.Add(ref counted, (int)text[at + 3]);
        }

        for (; at < text.Length; at++)
            counts += Unsafe.Add(ref counted, (int)text[at]);
        return counts + others;
    }

    private static Vector128<byte> Counters(Minimum minimum, string[] kinds)
    {
        var counters = Vector128<byte>.Zero;
        foreach (var (count, kind) in minimum.Of)
        {
            if (Array.IndexOf(kinds, kind) is >= 0 and var counter)
                counters = counters.WithElement(counter, checked((byte)count));
        }

        return counters;
    }
}
