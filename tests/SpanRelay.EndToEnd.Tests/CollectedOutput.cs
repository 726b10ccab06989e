using SpanRelay.Local.Host;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>The lines a process wrote, in the order they were read. For several threads.</summary>
internal sealed class CollectedOutput
{
    private readonly Lock _lock = new();
    private readonly List<WorkerOutput> _lines = [];
    private TaskCompletionSource _written = NewSignal();

    public IReadOnlyList<WorkerOutput> Lines
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    /// <summary>What was logged as an error, but for the line that the worker's library logs of each failed invocation.</summary>
    public IReadOnlyList<string> Errors =>
        [.. Lines.Where(line => line.IsError && !line.Line.Contains("An exception was thrown by the invocation.", StringComparison.Ordinal)).Select(line => line.Line)];

    public void Add(WorkerOutput line)
    {
        TaskCompletionSource written;
        lock (_lock)
        {
            _lines.Add(line);
            (written, _written) = (_written, NewSignal());
        }

        written.SetResult();
    }

    /// <summary>Completes when such a line has been written.</summary>
    public async Task WhenWrittenAsync(Predicate<WorkerOutput> isIt, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task written;
            lock (_lock)
            {
                if (_lines.Exists(isIt))
                    return;
                written = _written.Task;
            }

            await written.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
