namespace SpanRelay.Tests.Local;

/// <summary>How long a test waits for a condition before it fails.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _source =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public Deadline() => _source.CancelAfter(TimeSpan.FromSeconds(20));

    public CancellationToken Token => _source.Token;

    public void Dispose() => _source.Dispose();
}
