namespace SpanRelay.EndToEnd.Tests;

/// <summary>How long a test waits for its conditions, all together, before it fails.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _either;

    // Far beyond what any of them takes: a slow machine is no failure.
    public Deadline()
        : this(TimeSpan.FromMinutes(5))
    {
    }

    public Deadline(TimeSpan limit)
    {
        _timeout = new CancellationTokenSource(limit, TimeProvider.System);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, TestContext.Current.CancellationToken);
    }

    public CancellationToken Token => _either.Token;

    public void Dispose()
    {
        _either.Dispose();
        _timeout.Dispose();
    }
}
