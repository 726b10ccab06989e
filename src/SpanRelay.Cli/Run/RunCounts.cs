using SpanRelay.Local.EventHub;
using SpanRelay.Local.Host;
using SpanRelay.Pipeline;

namespace SpanRelay.Cli.Run;

/// <summary>Sums up the reports of the function app's invocations. Thread-safe.</summary>
internal sealed class RunCounts
{
    private readonly Lock _lock = new();
    private readonly RelayReport _total = new() { Partition = "all" };
    private int _failedInvocations;

    public void Note(InvocationOutcome outcome)
    {
        lock (_lock)
        {
            if (!outcome.Succeeded)
                _failedInvocations++;
            foreach (var line in outcome.Logs)
            {
                if (RelayReport.TryParse(line, out var report))
                    _total.Add(report);
            }
        }
    }

    /// <summary>The sums so far, and how many invocations failed, each of which is retried.</summary>
    public (RelayReport Total, int FailedInvocations) Read()
    {
        lock (_lock)
        {
            var copy = new RelayReport { Partition = _total.Partition };
            copy.Add(_total);
            return (copy, _failedInvocations);
        }
    }
}
