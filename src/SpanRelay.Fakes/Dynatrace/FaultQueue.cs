namespace SpanRelay.Fakes.Dynatrace;

/// <summary>The faults of the next requests, in order.</summary>
internal sealed class FaultQueue
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(Fault Fault, int Left)> _faults = [];

    public void Add(int requests, Fault fault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(requests, 1);
        lock (_lock) _faults.AddLast((fault, requests));
    }

    public void Clear()
    {
        lock (_lock) _faults.Clear();
    }

    public Fault? Take()
    {
        lock (_lock)
        {
            if (_faults.First is not { } first)
                return null;
            var (fault, left) = first.Value;
            if (left == 1)
                _faults.RemoveFirst();
            else if (left != int.MaxValue)
                first.Value = (fault, left - 1);
            return fault;
        }
    }
}
