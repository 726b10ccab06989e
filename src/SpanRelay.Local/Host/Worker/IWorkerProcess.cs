namespace SpanRelay.Local.Host.Worker;

/// <summary>A running worker: it can be killed, and has an exit code.</summary>
internal interface IWorkerProcess : IDisposable
{
    int Id { get; }

    /// <summary>The exit code, when the last lines have been read too.</summary>
    Task<int> Exited { get; }

    void Kill();
}
