namespace SpanRelay.GenAi.Metrics;

/// <summary>
/// What was measured, by label set. Holds a bounded number of label sets, and one for all others. Sets merge in any order to the
/// same sums. Not safe for concurrent use.
/// </summary>
internal sealed class MetricSet(int maxLabelSets)
{
    private readonly Dictionary<LabelSet, Series> _series = [];

    public int LabelSets => _series.Count;

    /// <summary>Model spans that were counted.</summary>
    public long Spans => _series.Values.Sum(series => series.Spans);

    public IEnumerable<KeyValuePair<LabelSet, Series>> Series => _series;

    /// <summary>The label set's series, to add to; beyond the limit, the one that all others share.</summary>
    public Series For(LabelSet labels)
    {
        if (_series.TryGetValue(labels, out var found))
            return found;
        if (_series.Count >= maxLabelSets && !labels.IsOverflow)
            return For(LabelSet.Overflow);

        return _series[labels] = new Series();
    }

    public void Merge(MetricSet other)
    {
        foreach (var (labels, theirs) in other._series)
            For(labels).Merge(theirs);
    }

    /// <summary>Divides the set into sets with at most the given number of label sets.</summary>
    public IEnumerable<MetricSet> Divide(int labelSets) => _series.Chunk(labelSets).Select(chunk =>
    {
        var part = new MetricSet(maxLabelSets);
        foreach (var (labels, series) in chunk)
            part._series.Add(labels, series);
        return part;
    });
}
