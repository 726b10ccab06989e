using SpanRelay.DeadLetters;

namespace SpanRelay.Pipeline;

/// <summary>Sorts the spans of one export, as places in it, by what happens to them next. Reused for one event after the other.</summary>
internal sealed class SpanSorter
{
    private readonly List<(ulong End, bool HasIds)> _spans = [];
    private readonly List<int> _living = [];
    private readonly List<int> _tooOld = [];
    private readonly List<int> _tooFarAhead = [];
    private readonly List<int> _withoutEnd = [];
    private readonly List<int> _withoutIds = [];
    private int _tooOldBefore;

    public ulong OldestEnd { get; private set; }

    public ulong NewestEnd { get; private set; }

    /// <summary>Spans to send.</summary>
    public int[] Living => [.. _living];

    public IEnumerable<ExpiredSpans> Expired =>
        from expired in (ExpiredSpans[])
        [
            new(DeadLetterReason.TooOld, [.. _tooOld], _tooOldBefore),
            new(DeadLetterReason.TooFarAhead, [.. _tooFarAhead], Before: 0),
            new(DeadLetterReason.WithoutEnd, [.. _withoutEnd], Before: 0),
            new(DeadLetterReason.WithoutIds, [.. _withoutIds], Before: 0),
        ]
        where expired.Places.Length > expired.Before
        select expired;

    public void Sort(ReadOnlySpan<byte> export, SpanSet settled, (ulong Earliest, ulong Latest) bounds)
    {
        foreach (var list in (ReadOnlySpan<List<int>>)[_living, _tooOld, _tooFarAhead, _withoutEnd, _withoutIds])
            list.Clear();
        _spans.Clear();
        SpanSelection.Read(export, _spans);
        (OldestEnd, NewestEnd, _tooOldBefore) = (ulong.MaxValue, 0, 0);
        for (var place = 0; place < _spans.Count; place++)
        {
            if (settled.Contains(place) && !settled.IsTooOld(place))
                continue;

            var (end, hasIds) = _spans[place];
            _tooOldBefore += settled.IsTooOld(place) ? 1 : 0;
            (hasIds ? ListFor(end, bounds) : _withoutIds).Add(place);
            OldestEnd = end == 0 ? OldestEnd : Math.Min(OldestEnd, end);
            NewestEnd = Math.Max(NewestEnd, end);
        }
    }

    private List<int> ListFor(ulong end, (ulong Earliest, ulong Latest) bounds) =>
        end == 0 && bounds.Earliest > 0 ? _withoutEnd : end < bounds.Earliest ? _tooOld : end > bounds.Latest ? _tooFarAhead : _living;
}

/// <summary>Spans of an event that must not be sent, for one reason.</summary>
/// <param name="Before">
/// How many of them an earlier delivery dead-lettered for the same reason. They are in the same dead letter, which is overwritten.
/// </param>
internal readonly record struct ExpiredSpans(DeadLetterReason Reason, int[] Places, int Before);
