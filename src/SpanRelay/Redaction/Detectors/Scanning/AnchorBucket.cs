namespace SpanRelay.Redaction.Detectors.Scanning;

/// <summary>Anchors that are searched for together. The search also finds any mixture of the halves of their bytes, so they should be alike.</summary>
internal sealed class AnchorBucket
{
    // A byte that is frequent in prose counts as this many other bytes.
    private const int WeightOfProse = 16;

    private readonly ushort[] _low = new ushort[AnchorScanner.AnchorLength];
    private readonly ushort[] _high = new ushort[AnchorScanner.AnchorLength];

    /// <summary>How much text matches the bucket.</summary>
    private long Size => Weight(0) * Weight(1) * Weight(2);

    /// <summary>Starts with a bucket for each last byte, which many anchors share, and merges the most similar ones.</summary>
    public static AnchorBucket[] Share(IEnumerable<Anchor> anchors, int count)
    {
        var buckets = anchors.GroupBy(anchor => anchor.Text[^1]).Select(group => From(group)).ToList();
        while (buckets.Count > count)
        {
            var pairs = from left in buckets from right in buckets where left != right select (left, right, joined: left.JoinedWith(right));
            var (first, second, both) = pairs.MinBy(pair => pair.joined.Size - pair.left.Size - pair.right.Size);
            buckets.Remove(first);
            buckets.Remove(second);
            buckets.Add(both);
        }

        return [.. buckets];
    }

    public bool HasLow(int position, int half) => (_low[position] >> half & 1) != 0;

    public bool HasHigh(int position, int half) => (_high[position] >> half & 1) != 0;

    private long Weight(int position)
    {
        var weight = 0L;
        for (var value = 0; value < 0x80; value++)
        {
            if (HasLow(position, value & 0x0F) && HasHigh(position, value >> 4))
                weight += value is ' ' or (>= 'a' and <= 'z') ? WeightOfProse : 1;
        }

        return weight;
    }

    private static AnchorBucket From(IEnumerable<Anchor> anchors)
    {
        var bucket = new AnchorBucket();
        foreach (var anchor in anchors)
            bucket.Add(anchor);
        return bucket;
    }

    private AnchorBucket JoinedWith(AnchorBucket other)
    {
        var both = new AnchorBucket();
        for (var position = 0; position < AnchorScanner.AnchorLength; position++)
        {
            both._low[position] = (ushort)(_low[position] | other._low[position]);
            both._high[position] = (ushort)(_high[position] | other._high[position]);
        }

        return both;
    }

    private void Add(Anchor anchor)
    {
        for (var position = 0; position < AnchorScanner.AnchorLength; position++)
        {
            Add((byte)anchor.Text[position], position);
            if (anchor.IgnoreCase && AsciiByte.IsLetter((byte)anchor.Text[position]))
                Add((byte)(anchor.Text[position] ^ 0x20), position);
        }
    }

    private void Add(byte value, int position)
    {
        _low[position] |= (ushort)(1 << (value & 0x0F));
        _high[position] |= (ushort)(1 << (value >> 4));
    }
}
