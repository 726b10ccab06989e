using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SpanRelay.Redaction.Detectors.Scanning;

/// <summary>
/// Finds any of many three-byte anchors in one pass. Anchors share eight buckets, one bit each. Six tables say which buckets the
/// low and high half of each of three neighboring bytes fit; where the AND of all six is not zero, there may be an anchor of that
/// bucket. False positives are possible, misses are not.
/// </summary>
internal sealed class AnchorScanner
{
    public const int AnchorLength = 3;

    /// <summary>The number of positions that one step covers.</summary>
    public const int Step = 32;

    private const int Width = 16;
    private const int Half = Width + AnchorLength - 1;
    private const int Looked = Step + AnchorLength - 1;
    private const int Buckets = 8;

    // With a few hundred anchors, one in forty other keys hits a bit.
    private const int HashBits = 13;

    private readonly Vector128<byte> _low0;
    private readonly Vector128<byte> _high0;
    private readonly Vector128<byte> _low1;
    private readonly Vector128<byte> _high1;
    private readonly Vector128<byte> _low2;
    private readonly Vector128<byte> _high2;
    private readonly ulong[] _hashes = new ulong[(1 << HashBits) / 64];

    public AnchorScanner(IReadOnlyCollection<Anchor> anchors)
    {
        foreach (var anchor in anchors)
            _hashes[Hash(anchor.Key) / 64] |= 1UL << (Hash(anchor.Key) % 64);
        var buckets = AnchorBucket.Share(anchors.Distinct(), Buckets);
        (_low0, _high0) = Tables(buckets, 0);
        (_low1, _high1) = Tables(buckets, 1);
        (_low2, _high2) = Tables(buckets, 2);
    }

    /// <param name="text">Any bytes.</param>
    /// <param name="from">Where to start; moved to the first of the <see cref="Step"/> places that the result covers.</param>
    /// <returns>A bit for each position where an anchor may start; 0 when there is none in the rest of the text.</returns>
    public uint Next(ReadOnlySpan<byte> text, ref int from) =>
        Ssse3.IsSupported ? Next<Ssse3LookUp>(text, ref from) : Next<PortableLookUp>(text, ref from);

    /// <summary>Whether the three bytes may be an anchor: rules out most false positives of <see cref="Next(ReadOnlySpan{byte}, ref int)"/>.</summary>
    /// <param name="key">Of the bytes, by <see cref="Anchor.KeyAt"/>.</param>
    public bool MayBe(uint key) => (_hashes[Hash(key) / 64] >> (Hash(key) % 64) & 1) != 0;

    /// <summary>The same for letters of either case.</summary>
    private static int Hash(uint key) => (int)(((key | 0x20_20_20) * 0x9E37_79B1) >> (32 - HashBits));

    private uint Next<TLookUp>(ReadOnlySpan<byte> text, ref int from)
        where TLookUp : struct, ILookUp
    {
        // Loads without bounds checks, which would double the time: the loop's condition already ensures them.
        ref var start = ref MemoryMarshal.GetReference(text);
        for (; from <= text.Length - Looked; from += Step)
        {
            var first = Fits<TLookUp>(ref start, from);
            var second = Fits<TLookUp>(ref start, from + Width);
            if ((first | second) != Vector128<byte>.Zero)
                return Bits(first) | (Bits(second) << Width);
        }

        if (text.Length - from < AnchorLength)
            return 0;
        return text.Length < Half ? NextOfLittle<TLookUp>(text, from) : NextOfEnd<TLookUp>(ref start, text.Length, ref from);
    }

    /// <summary>Looks at some bytes twice, which is cheaper than copying the rest.</summary>
    private uint NextOfEnd<TLookUp>(ref byte text, int length, ref int from)
        where TLookUp : struct, ILookUp
    {
        var start = Math.Max(0, length - Looked);
        var last = length - Half;
        var found = Bits(Fits<TLookUp>(ref text, start)) | (Bits(Fits<TLookUp>(ref text, last)) << (last - start));
        found &= uint.MaxValue << (from - start);
        from = start;
        return found;
    }

    private uint NextOfLittle<TLookUp>(ReadOnlySpan<byte> text, int from)
        where TLookUp : struct, ILookUp
    {
        Span<byte> padded = stackalloc byte[Half];
        padded.Clear();
        text[from..].CopyTo(padded);
        return Bits(Fits<TLookUp>(ref MemoryMarshal.GetReference(padded), 0));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<byte> Fits<TLookUp>(ref byte text, int at)
        where TLookUp : struct, ILookUp =>
        Fits<TLookUp>(ref text, at, _low0, _high0) & Fits<TLookUp>(ref text, at + 1, _low1, _high1) & Fits<TLookUp>(ref text, at + 2, _low2, _high2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Fits<TLookUp>(ref byte text, int at, Vector128<byte> low, Vector128<byte> high)
        where TLookUp : struct, ILookUp
    {
        var bytes = Vector128.LoadUnsafe(ref text, (nuint)at);
        var half = Vector128.Create((byte)0x0F);
        return TLookUp.LookUp(low, bytes & half) & TLookUp.LookUp(high, (bytes.AsUInt16() >>> 4).AsByte() & half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Bits(Vector128<byte> fits) => ~Vector128.Equals(fits, Vector128<byte>.Zero).ExtractMostSignificantBits() & 0xFFFF;

    private static (Vector128<byte> Low, Vector128<byte> High) Tables(AnchorBucket[] buckets, int position)
    {
        Span<byte> low = stackalloc byte[Width];
        Span<byte> high = stackalloc byte[Width];
        for (var i = 0; i < buckets.Length; i++)
        {
            for (var half = 0; half < Width; half++)
            {
                low[half] |= (byte)(buckets[i].HasLow(position, half) ? 1 << i : 0);
                high[half] |= (byte)(buckets[i].HasHigh(position, half) ? 1 << i : 0);
            }
        }

        return (Vector128.Create<byte>(low), Vector128.Create<byte>(high));
    }

    /// <summary>Sixteen look-ups in a table of sixteen bytes; the indices are below 16.</summary>
    private interface ILookUp
    {
        static abstract Vector128<byte> LookUp(Vector128<byte> table, Vector128<byte> indices);
    }

    /// <summary>Compiled ahead of time for any x64, the portable shuffle is not a single instruction; this one is, where the processor has it.</summary>
    private readonly struct Ssse3LookUp : ILookUp
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> LookUp(Vector128<byte> table, Vector128<byte> indices) => Ssse3.Shuffle(table, indices);
    }

    private readonly struct PortableLookUp : ILookUp
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> LookUp(Vector128<byte> table, Vector128<byte> indices) => Vector128.ShuffleNative(table, indices);
    }
}
