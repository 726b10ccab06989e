using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.Host;
using SpanRelay.Pipeline;

namespace SpanRelay.Cli.Run;

/// <summary>Sums up the reports of the function app's invocations. Thread-safe.</summary>
internal sealed class RunCounts
{
    private readonly Lock _lock = new();
    private readonly RelayReport _total = new() { Partition = "all" };
    private readonly Dictionary<int, long> _settled = [];
    private readonly SortedDictionary<int, long> _requests = [];
    private int _failedInvocations;

    public void Note(InvocationOutcome outcome)
    {
        lock (_lock)
        {
            if (!outcome.Succeeded)
                _failedInvocations++;
            else if (outcome.Partition is { } partition)
                _settled[partition] = Math.Max(_settled.GetValueOrDefault(partition), outcome.LastSequenceNumber + 1);
            foreach (var line in outcome.Logs)
            {
                if (RelayReport.TryParse(line, out var report))
                    _total.Add(report);
            }
        }
    }

    /// <summary>A request to the Dynatrace stand-in.</summary>
    public void Note(CapturedRequest request)
    {
        lock (_lock)
        {
            var status = request.IsAnswered ? request.Response.Status : 0;
            _requests[status] = _requests.GetValueOrDefault(status) + 1;
        }
    }

    /// <summary>The stand-in's answers by status; 0 for none.</summary>
    public IReadOnlyList<KeyValuePair<int, long>> Requests
    {
        get
        {
            lock (_lock) return [.. _requests];
        }
    }

    /// <summary>How many events the hub holds that are not settled.</summary>
    public long Lag(LocalEventHub hub)
    {
        lock (_lock) return Enumerable.Range(0, hub.PartitionCount).Sum(partition => hub.CountOf(partition) - _settled.GetValueOrDefault(partition));
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
