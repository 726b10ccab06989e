using System.Collections.Concurrent;

namespace SpanRelay.Local.Host.Worker;

/// <summary>Matches the workers that the host started with the streams that they open.</summary>
internal sealed class WorkerArrivals
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<WorkerConnection>> _expected = new();

    /// <summary>Completes with the stream of the worker of that id. Must be called before the worker is started.</summary>
    public Task<WorkerConnection> Expect(string workerId) =>
        _expected.GetOrAdd(workerId, _ => new TaskCompletionSource<WorkerConnection>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Forget(string workerId) => _expected.TryRemove(workerId, out _);

    /// <returns>False if no such worker is expected, or it has connected before.</returns>
    public bool TryAnnounce(string workerId, WorkerConnection connection) =>
        _expected.TryRemove(workerId, out var expected) && expected.TrySetResult(connection);
}
