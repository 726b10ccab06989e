namespace SpanRelay.Local.Host.Worker;

/// <summary>What the host does when a worker process has exited.</summary>
internal enum ExitVerdict
{
    /// <summary>Nothing: the host ended it.</summary>
    Stopped,

    /// <summary>Start another one.</summary>
    Restart,

    /// <summary>Nothing: with exit code 0 the host takes the worker for one that is still there, so no function runs any more.</summary>
    Abandoned,

    /// <summary>It crashed too often: the host stops.</summary>
    GivenUp,
}
