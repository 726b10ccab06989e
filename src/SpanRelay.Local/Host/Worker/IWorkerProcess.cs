namespace SpanRelay.Local.Host.Worker;

/// <summary>A running worker as the host sees it: something with an exit code that can be killed.</summary>
internal interface IWorkerProcess : IDisposable
{
    int Id { get; }

    /// <summary>The exit code, when the last lines have been read too.</summary>
    Task<int> Exited { get; }

    void Kill();
}
