namespace SpanRelay.Delivery;

/// <summary>The spans of one export by what becomes of them, as places in it. Used again and again for one event at a time.</summary>
internal sealed class SpanSorting
{
    private readonly List<ulong> _ends = [];
    private readonly List<int> _living = [];
    private readonly List<int> _tooOld = [];
    private readonly List<int> _tooFarAhead = [];
    private readonly List<int> _withoutEnd = [];

    public ulong OldestEnd { get; private set; }

    public ulong NewestEnd { get; private set; }

    /// <summary>Those that are good and not settled.</summary>
    public int[] Living => [.. _living];

    public IEnumerable<(SetAsideReason Reason, int[] Places)> Expired =>
        from sorted in ((SetAsideReason Reason, List<int> Places)[])
            [(SetAsideReason.TooOld, _tooOld), (SetAsideReason.TooFarAhead, _tooFarAhead), (SetAsideReason.WithoutEnd, _withoutEnd)]
        where sorted.Places.Count > 0
        select (sorted.Reason, sorted.Places.ToArray());

    public void Sort(ReadOnlySpan<byte> export, SpanSet settled, (ulong Earliest, ulong Latest) bounds)
    {
        foreach (var list in (ReadOnlySpan<List<int>>)[_living, _tooOld, _tooFarAhead, _withoutEnd])
            list.Clear();
        _ends.Clear();
        SpanSelection.ReadEnds(export, _ends);
        (OldestEnd, NewestEnd) = (ulong.MaxValue, 0);
        for (var place = 0; place < _ends.Count; place++)
        {
            if (settled.Contains(place))
                continue;

            var end = _ends[place];
            ListFor(end, bounds).Add(place);
            OldestEnd = end == 0 ? OldestEnd : Math.Min(OldestEnd, end);
            NewestEnd = Math.Max(NewestEnd, end);
        }
    }

    private List<int> ListFor(ulong end, (ulong Earliest, ulong Latest) bounds) =>
        end == 0 ? _withoutEnd : end < bounds.Earliest ? _tooOld : end > bounds.Latest ? _tooFarAhead : _living;
}
