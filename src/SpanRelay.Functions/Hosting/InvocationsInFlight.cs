using Microsoft.Extensions.Hosting;

namespace SpanRelay.Functions.Hosting;

/// <summary>
/// Counts running invocations. A stop waits until they have ended and their results are written: the worker alone would exit
/// with their streams open, and the host would learn nothing.
/// </summary>
internal sealed class InvocationsInFlight(IHostApplicationLifetime lifetime, TimeProvider time) : IHostedService
{
    /// <summary>The host kills the worker 5 seconds after it asked it to terminate.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3.5);

    /// <summary>The worker writes an invocation's result after the invocation has ended.</summary>
    private static readonly TimeSpan TimeToWriteResults = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private TaskCompletionSource? _idle;
    private int _running;

    /// <summary>Signalled as soon as the process is asked to stop.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    public void Begin()
    {
        lock (_lock)
            _running++;
    }

    public void End()
    {
        lock (_lock)
        {
            if (--_running == 0)
                _idle?.TrySetResult();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (WhenIdle() is not { } idle)
            return;

        await idle.WaitAsync(Limit, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(TimeToWriteResults, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <returns>Null when nothing runs.</returns>
    private Task? WhenIdle()
    {
        lock (_lock)
        {
            if (_running == 0)
                return null;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }
}
