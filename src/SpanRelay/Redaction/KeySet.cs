namespace SpanRelay.Redaction;

/// <summary>A set of key numbers below <see cref="SpanAdditions.MostKeys"/>. Faster than <see cref="UInt128"/>, whose shifts branch.</summary>
internal readonly record struct KeySet(ulong Low, ulong High)
{
    public bool IsEmpty => (Low | High) == 0;

    public static KeySet Of(IEnumerable<int> numbers) => numbers.Aggregate(default(KeySet), (set, number) => set.With(number));

    public bool Contains(int number) => ((number < 64 ? Low : High) >> number & 1) != 0;

    public bool Overlaps(KeySet other) => ((Low & other.Low) | (High & other.High)) != 0;

    public KeySet With(int number)
    {
        var bit = 1UL << number;
        return number < 64 ? this with { Low = Low | bit } : this with { High = High | bit };
    }
}
