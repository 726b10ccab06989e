using SpanRelay.Fakes.Dynatrace;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>
/// Kills the function app, as Azure does, when Dynatrace has taken spans from it but has not answered yet: once for each
/// number of different spans. The answer is lost, so the relay cannot know that they arrived.
/// </summary>
internal sealed class KillsOnTheWay(RunningSystem system, params int[] atSpans)
{
    private readonly Lock _lock = new();
    private readonly HashSet<int> _killed = [];

    /// <summary>How many processes were killed.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _killed.Count;
        }
    }

    public async ValueTask OnRequestAsync(CapturedRequest request, CancellationToken connectionBroken)
    {
        if (KillsNow())
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, connectionBroken);
    }

    private bool KillsNow()
    {
        lock (_lock)
        {
            if (_killed.Count == atSpans.Length || system.DeliveredIds.Distinct().Count() < atSpans[_killed.Count])
                return false;
            // What a killed process still had on the way is no reason to kill the next one before it did anything.
            if (system.Local.Host.ProcessId is not { } process || !_killed.Add(process))
                return false;
            system.Local.Host.Kill();
            return true;
        }
    }
}
