using SpanRelay.Dynatrace;

namespace SpanRelay.Sending;

/// <summary>
/// Decides which units of a refused export to send next, until each was taken or stands alone. Finds the first culprit by
/// halving what is known to hold one, from the front: what is taken on the way is delivered, and all behind the culprit is
/// sent as one again. So k culprits among n units cost at most k * (⌈log2 n⌉ + 2) + 1 requests. Nothing is taken for a culprit that was
/// not refused on its own.
/// </summary>
internal struct RejectionBisector(int units)
{
    private int _start;
    private int _suspectsEnd; // Those from _start up to here were refused together; none were when it is not ahead.
    private int _mostAtOnce = int.MaxValue;

    /// <summary>The search within a unit that was refused, or was too large, as a whole.</summary>
    public static RejectionBisector After(Outcome refusal, int units)
    {
        var search = new RejectionBisector(units);
        search.Narrow(tooLarge: refusal == Outcome.TooLarge);
        return search;
    }

    /// <summary>What was not decided yet.</summary>
    public readonly Range Rest => _start..units;

    public readonly bool IsDone => _start == units;

    /// <summary>What to send next.</summary>
    public readonly Range Next
    {
        get
        {
            var suspects = _suspectsEnd - _start;
            var count = suspects <= 0 ? units - _start : suspects == 1 ? 1 : suspects / 2;
            return _start..(_start + Math.Min(count, _mostAtOnce));
        }
    }

    /// <summary><see cref="Next"/> is decided: it was taken, or settled in another way.</summary>
    public void Settled() => _start = Next.End.Value;

    /// <summary><see cref="Next"/> was refused.</summary>
    /// <returns>The unit, when it stands alone; it counts as settled.</returns>
    public int? Refused() => Narrow(tooLarge: false);

    /// <summary><see cref="Next"/> was too large. That says nothing against what is in it: half as many are sent at once from now on.</summary>
    /// <returns>The unit, when it stands alone; it counts as settled.</returns>
    public int? TooLarge() => Narrow(tooLarge: true);

    private int? Narrow(bool tooLarge)
    {
        var (from, to) = (Next.Start.Value, Next.End.Value);
        if (to - from == 1)
        {
            _start = to;
            _suspectsEnd = 0;
            _mostAtOnce = int.MaxValue;
            return from;
        }

        if (tooLarge)
            _mostAtOnce = (to - from) / 2;
        else
            _suspectsEnd = to;
        return null;
    }
}
