namespace SpanRelay.GenAi.Metrics;

/// <summary>What was measured under one label set.</summary>
internal sealed class Series
{
    private readonly Distribution?[] _values = new Distribution?[Measure.All.Count];

    /// <summary>Model spans that were counted.</summary>
    public long Spans { get; private set; }

    public Distribution? this[Measure measure] => _values[measure.Index];

    public void CountSpan() => Spans++;

    /// <param name="span">Default where the value belongs to no single span.</param>
    public void Add(Measure measure, decimal value, ExemplarSpan span = default) =>
        (_values[measure.Index] ??= new Distribution(measure.Instrument)).Add(value, span);

    public void Merge(Series other)
    {
        Spans += other.Spans;
        foreach (var measure in Measure.All)
        {
            if (other[measure] is { } values)
                (_values[measure.Index] ??= new Distribution(measure.Instrument)).Merge(values);
        }
    }
}
