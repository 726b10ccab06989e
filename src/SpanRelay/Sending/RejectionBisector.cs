using SpanRelay.Dynatrace;

namespace SpanRelay.Sending;

/// <summary>
/// Decides which units of a rejected export to send next, until each unit was accepted or rejected alone. Finds the first culprit by
/// halving, from the front: units accepted on the way are delivered, and all units after the culprit are sent as one request
/// again. After two culprits in a row, units are sent alone, then twice as many each time: n culprits among n units cost
/// n + 2 * ⌈log2 n⌉ requests at most, k of them k * (2 * ⌈log2 n⌉ + 2) + 1. Only a unit that was rejected alone counts as a
/// culprit.
/// </summary>
internal struct RejectionBisector(int units)
{
    private int _start;
    private int _suspectsEnd; // Those from _start up to here were refused together; none were when it is not ahead.
    private int _mostAtOnce = int.MaxValue;
    private int _mostBehindCulprits = int.MaxValue;
    private int _lastCulprit = -2;

    /// <summary>The search within a unit that was rejected, or too large, as a whole.</summary>
    public static RejectionBisector After(Outcome refusal, int units)
    {
        var search = new RejectionBisector(units);
        search.Narrow(tooLarge: refusal == Outcome.TooLarge);
        return search;
    }

    /// <summary>The units that are not decided yet.</summary>
    public readonly Range Rest => _start..units;

    public readonly bool IsDone => _start == units;

    /// <summary>What to send next.</summary>
    public readonly Range Next
    {
        get
        {
            var suspects = _suspectsEnd - _start;
            var count = suspects <= 0 ? units - _start : suspects == 1 ? 1 : suspects / 2;
            return _start..(_start + Math.Min(count, Math.Min(_mostAtOnce, _mostBehindCulprits)));
        }
    }

    /// <summary><see cref="Next"/> was accepted, or settled in another way.</summary>
    public void Settled()
    {
        _start = Next.End.Value;
        _mostBehindCulprits = (int)Math.Min(_mostBehindCulprits * 2L, int.MaxValue);
    }

    /// <summary><see cref="Next"/> was rejected.</summary>
    /// <returns>The unit, if it was sent alone; it then counts as settled. Otherwise null.</returns>
    public int? Refused() => Narrow(tooLarge: false);

    /// <summary><see cref="Next"/> was too large, which says nothing about its content: from now on half as many units are sent at once.</summary>
    /// <returns>The unit, if it was sent alone; it then counts as settled. Otherwise null.</returns>
    public int? TooLarge() => Narrow(tooLarge: true);

    private int? Narrow(bool tooLarge)
    {
        var (from, to) = (Next.Start.Value, Next.End.Value);
        if (to - from == 1)
        {
            _start = to;
            _suspectsEnd = 0;
            _mostAtOnce = int.MaxValue;
            _mostBehindCulprits = from == _lastCulprit + 1 ? 1 : int.MaxValue;
            _lastCulprit = from;
            return from;
        }

        if (tooLarge)
            _mostAtOnce = (to - from) / 2;
        else
            _suspectsEnd = to;
        return null;
    }
}
