namespace SpanRelay.Benchmarks.Workers;

/// <summary>A function app as a process that takes batches of events.</summary>
internal interface IMeasuredApp : IAsyncDisposable
{
    int ProcessId { get; }

    /// <summary>Completes when the app has processed the batch.</summary>
    Task ForwardAsync(IReadOnlyList<byte[]> events);
}
