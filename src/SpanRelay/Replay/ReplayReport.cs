using SpanRelay.Dynatrace;

namespace SpanRelay.Replay;

/// <summary>What a replay came to, in letters. It grows while the replay goes on.</summary>
/// <param name="letters">How many were to be replayed.</param>
public sealed class ReplayReport(int letters)
{
    private readonly Dictionary<ReplayOutcome, int> _counts = [];

    public int Letters => letters;

    public long SpansDelivered { get; internal set; }

    /// <summary>Why nothing passes; null while it does.</summary>
    public Response? StoppedBy { get; internal set; }

    /// <summary>Not tried, or in vain since nothing passes: replaying once more goes on with them.</summary>
    public int Left => letters - _counts.Where(each => each.Key != ReplayOutcome.Held).Sum(each => each.Value);

    /// <summary>Every letter arrived.</summary>
    public bool IsComplete => Left == 0 && this[ReplayOutcome.Refused] == 0 && this[ReplayOutcome.Expired] == 0 && this[ReplayOutcome.ReplayedInPart] == 0;

    public int this[ReplayOutcome outcome] => _counts.GetValueOrDefault(outcome);

    internal void Count(ReplayOutcome outcome) => _counts[outcome] = this[outcome] + 1;
}
