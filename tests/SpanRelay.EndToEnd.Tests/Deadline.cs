namespace SpanRelay.EndToEnd.Tests;

/// <summary>How long a test waits for its conditions, all together, before it fails.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _source =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    // Far beyond what any of them takes: a slow machine is no failure.
    public Deadline()
        : this(TimeSpan.FromSeconds(90))
    {
    }

    public Deadline(TimeSpan patience) => _source.CancelAfter(patience);

    public CancellationToken Token => _source.Token;

    public void Dispose() => _source.Dispose();
}
