using SpanRelay.Fakes;
namespace SpanRelay.Local.Hosting;

/// <summary>Where a function is reached, how, and by whom: open while its host runs.</summary>
/// <param name="path">With a slash before it and none behind it.</param>
/// <param name="methods">Empty for all.</param>
/// <param name="level">As function.json's authLevel.</param>
/// <param name="function">Its folder's name.</param>
/// <param name="context">Of the host.</param>
internal sealed class HttpRoute(string path, IReadOnlyList<string> methods, string level, string function, HostContext context) : IListener
{
    private readonly Lock _lock = new();
    private readonly Signal _left = new();
    private bool _isOpen;
    private int _running;

    public string Path => path;

    public IReadOnlyList<string> Methods => methods;

    public string Level => level;

    public string Function => function;

    public HostContext Context => context;

    public async Task RunAsync(CancellationToken stopping)
    {
        lock (_lock) _isOpen = true;
        await Task.Delay(Timeout.InfiniteTimeSpan, context.TimeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock) _isOpen = false;
        await WhenIdleAsync(CancellationToken.None);
    }

    public Task WhenIdleAsync(CancellationToken cancellationToken) => _left.WhenAsync(IsIdle, cancellationToken);

    /// <summary>Counts an invocation as running, until <see cref="Leave"/>. False: the host does not run.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_isOpen) _running++;
            return _isOpen;
        }
    }

    public void Leave()
    {
        lock (_lock) _running--;
        _left.Raise();
    }

    private bool IsIdle()
    {
        lock (_lock) return _running == 0;
    }
}
