using SpanRelay.Dynatrace;
using SpanRelay.Pipeline;

namespace SpanRelay.Replay;

/// <summary>A replay's results, counted in letters. It grows while the replay runs.</summary>
/// <param name="letters">How many letters the replay has.</param>
/// <param name="onResult">Called with each result, one at a time, after it is counted.</param>
public sealed class ReplayReport(int letters, Action<ReplayResult, ReplayReport>? onResult = null)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ReplayOutcome, int> _counts = [];

    public int Letters => letters;

    public long SpansDelivered { get; private set; }

    /// <summary>Why no request succeeds; null while they do.</summary>
    public Response? StoppedBy { get; private set; }

    /// <summary>Not tried, or held since no request succeeds: another replay continues with them.</summary>
    public int Left => letters - _counts.Where(each => each.Key != ReplayOutcome.Held).Sum(each => each.Value);

    /// <summary>Every letter was delivered.</summary>
    public bool IsComplete => Left == 0 && this[ReplayOutcome.Refused] == 0 && this[ReplayOutcome.Expired] == 0 && this[ReplayOutcome.ReplayedInPart] == 0;

    public int this[ReplayOutcome outcome] => _counts.GetValueOrDefault(outcome);

    internal void Count(RelayReport relayed)
    {
        lock (_lock)
        {
            SpansDelivered += relayed.SpansDelivered;
            StoppedBy ??= relayed.ReasonHeld;
        }
    }

    internal void Count(ReplayResult result)
    {
        lock (_lock)
        {
            _counts[result.Outcome] = this[result.Outcome] + 1;
            onResult?.Invoke(result, this);
        }
    }
}
