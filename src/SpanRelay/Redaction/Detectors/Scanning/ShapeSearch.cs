using System.Numerics;

namespace SpanRelay.Redaction.Detectors.Scanning;

/// <summary>A pattern that a cheap check of 64 bytes nearly always rules out. Implemented by structs, so that the search is compiled for each.</summary>
internal interface IShape
{
    /// <summary>How many bytes after a candidate's first <see cref="Candidates"/> examines; a text that ends sooner has none.</summary>
    static abstract int Reach { get; }

    /// <summary>The distance to the first possible candidate; -1 if there is none. Ruling texts out by .NET's own search costs least.</summary>
    static virtual int Skip(ReadOnlySpan<byte> rest) => 0;

    /// <summary>Every position where a hit may start, and few others.</summary>
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
            // Examining the last block takes no longer than skipping it.
            if (text.Length - start > ByteBlock.Size)
            {
                var skipped = TShape.Skip(text[start..]);
                if (skipped < 0)
                    break;
                start += skipped;
            }

            // Where the text ends inside the block, some bytes are examined twice, which is cheaper than copying the rest.
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
