using SpanRelay.Local.Hosting;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>The lines a process wrote, in the order they were read. For several threads.</summary>
internal sealed class CollectedOutput
{
    private readonly Lock _lock = new();
    private readonly List<HandlerOutput> _lines = [];
    private TaskCompletionSource _written = NewSignal();

    public IReadOnlyList<HandlerOutput> Lines
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    /// <summary>Standard error: what the Functions host logs as errors.</summary>
    public IReadOnlyList<string> Errors => [.. Lines.Where(line => line.IsError).Select(line => line.Line)];

    public void Add(HandlerOutput line)
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
    public async Task WhenWrittenAsync(Predicate<HandlerOutput> isIt, CancellationToken cancellationToken)
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
