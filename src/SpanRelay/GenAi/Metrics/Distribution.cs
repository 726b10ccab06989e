using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.GenAi.Metrics;

/// <summary>A span that a value comes from.</summary>
internal readonly record struct ExemplarSpan(UInt128 TraceId, ulong SpanId, ulong EndUnixNano);

/// <summary>
/// The values of one measure under one label set. Sums are decimal, so that they do not depend on the order of the values. The
/// largest and the latest value are kept as exemplars.
/// </summary>
internal sealed class Distribution(Instrument instrument)
{
    private readonly long[] _buckets = new long[(instrument.Bounds?.Length ?? 0) + 1];
    private decimal _min = decimal.MaxValue;
    private (decimal Value, ExemplarSpan Span)? _largest;
    private (decimal Value, ExemplarSpan Span)? _latest;

    public long Count { get; private set; }

    public decimal Sum { get; private set; }

    /// <param name="value">From 0 to <see cref="AttributeValue.LargestNumber"/>.</param>
    /// <param name="span">Default where the value belongs to no single span.</param>
    public void Add(decimal value, ExemplarSpan span)
    {
        _buckets[BucketOf(value)]++;
        Count++;
        Sum += value;
        _min = Math.Min(_min, value);
        NoteExemplars((value, span), (value, span));
    }

    public void Merge(Distribution other)
    {
        for (var i = 0; i < _buckets.Length; i++)
            _buckets[i] += other._buckets[i];
        Count += other.Count;
        Sum += other.Sum;
        _min = Math.Min(_min, other._min);
        if (other is { _largest: { } largest, _latest: { } latest })
            NoteExemplars(largest, latest);
    }

    public HistogramDataPoint ToHistogramPoint() => new()
    {
        Count = (ulong)Count,
        Sum = (double)Sum,
        Min = (double)_min,
        Max = (double)_largest!.Value.Value,
        ExplicitBounds = { instrument.Bounds! },
        BucketCounts = { _buckets.Select(count => (ulong)count) },
        Exemplars = { Exemplars() },
    };

    public NumberDataPoint ToNumberPoint() => new() { AsDouble = (double)Sum, Exemplars = { Exemplars() } };

    /// <summary>A bucket holds what is above the bound before and up to its own.</summary>
    private int BucketOf(decimal value)
    {
        var found = Array.BinarySearch(instrument.Bounds ?? [], (double)value);
        return found >= 0 ? found : ~found;
    }

    /// <summary>The later of two equal ones is kept, so that the result does not depend on the order.</summary>
    private void NoteExemplars((decimal Value, ExemplarSpan Span) large, (decimal Value, ExemplarSpan Span) late)
    {
        if (_largest is not { } largest || (large.Value, large.Span.EndUnixNano, large.Span.SpanId).CompareTo((largest.Value, largest.Span.EndUnixNano, largest.Span.SpanId)) > 0)
            _largest = large;
        if (_latest is not { } latest || (late.Span.EndUnixNano, late.Value, late.Span.SpanId).CompareTo((latest.Span.EndUnixNano, latest.Value, latest.Span.SpanId)) > 0)
            _latest = late;
    }

    private IEnumerable<Exemplar> Exemplars() =>
        from each in new[] { _largest, _latest }.OfType<(decimal Value, ExemplarSpan Span)>().Distinct()
        where each.Span != default
        select new Exemplar
        {
            TimeUnixNano = each.Span.EndUnixNano,
            AsDouble = (double)each.Value,
            TraceId = ByteString.CopyFrom(Convert.FromHexString(each.Span.TraceId.ToString("x32", null))),
            SpanId = ByteString.CopyFrom(Convert.FromHexString(each.Span.SpanId.ToString("x16", null))),
        };
}
