using System.Numerics;

namespace SpanRelay.Redaction.Detectors.Scanning;

/// <summary>Something that a cheap look at 64 bytes nearly always rules out. Implemented by structs, so that the search is compiled for each.</summary>
internal interface IShape
{
    /// <summary>How many bytes behind a candidate's first one <see cref="Candidates"/> looks at; a text that ends sooner holds none.</summary>
    static abstract int Reach { get; }

    /// <summary>How far on the first place is that may be a candidate; -1 when there is none. What .NET's own search can rule out costs least.</summary>
    static virtual int Skip(ReadOnlySpan<byte> rest) => 0;

    /// <summary>Every place where a hit may start, and few others.</summary>
    static abstract ulong Candidates(ByteBlock block);

    static abstract bool TryMatch(ReadOnlySpan<byte> text, int candidate, out Hit hit);
}

internal static class ShapeSearch
{
    public static bool TryFind<TShape>(ReadOnlySpan<byte> text, int from, out Hit hit)
        where TShape : struct, IShape
    {
        Span<byte> padded = stackalloc byte[ByteBlock.Size];
        for (var start = from; start < text.Length - TShape.Reach; start += ByteBlock.Size - TShape.Reach)
        {
            // The last block is looked at as fast as skipped.
            if (text.Length - start > ByteBlock.Size)
            {
                var skipped = TShape.Skip(text[start..]);
                if (skipped < 0)
                    break;
                start += skipped;
            }

            // Where the text ends inside the block, what was looked at before is looked at again, which is cheaper than to copy the rest.
            var block = text.Length < ByteBlock.Size ? start : Math.Min(start, text.Length - ByteBlock.Size);
            var candidates = TShape.Candidates(ByteBlock.At(text, block, padded)) & (ulong.MaxValue >> TShape.Reach) & (ulong.MaxValue << (start - block));
            if (candidates != 0 && TryMatchOne<TShape>(text, block, candidates, out hit))
                return true;
        }

        hit = default;
        return false;
    }

    private static bool TryMatchOne<TShape>(ReadOnlySpan<byte> text, int start, ulong candidates, out Hit hit)
        where TShape : struct, IShape
    {
        for (; candidates != 0; candidates &= candidates - 1)
        {
            var candidate = start + BitOperations.TrailingZeroCount(candidates);
            if (candidate < text.Length && TShape.TryMatch(text, candidate, out hit))
                return true;
        }

        hit = default;
        return false;
    }
}
