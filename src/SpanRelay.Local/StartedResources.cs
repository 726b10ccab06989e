using System.Runtime.ExceptionServices;

namespace SpanRelay.Local;

/// <summary>What has been started, disposed in reverse order. One that fails to stop does not keep the others running.</summary>
internal sealed class StartedResources : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _started = new();

    public T Add<T>(T started)
        where T : IAsyncDisposable
    {
        _started.Push(started);
        return started;
    }

    /// <summary>Disposes everything, then rethrows the first failure.</summary>
    public async ValueTask DisposeAsync()
    {
        Exception? first = null;
        while (_started.TryPop(out var started))
        {
            try
            {
                await started.DisposeAsync();
            }
            catch (Exception exception)
            {
                first ??= exception;
            }
        }

        if (first is not null)
            ExceptionDispatchInfo.Throw(first);
    }
}
