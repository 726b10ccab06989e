namespace SpanRelay.Tests;

/// <summary>How long a test waits for its conditions before it fails: far beyond what any takes, since a slow machine is no failure.</summary>
internal sealed class Deadline : IDisposable
{
    public static readonly TimeSpan Generous = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _timeout = new(Generous, TimeProvider.System);
    private readonly CancellationTokenSource _either;

    public Deadline() => _either = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, TestContext.Current.CancellationToken);

    public CancellationToken Token => _either.Token;

    public void Dispose()
    {
        _either.Dispose();
        _timeout.Dispose();
    }
}
