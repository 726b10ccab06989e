namespace SpanRelay.Local.Host.Worker;

/// <summary>What the host does when a worker process has exited.</summary>
internal enum ExitVerdict
{
    /// <summary>The host itself ended it: nothing is done.</summary>
    Stopped,

    /// <summary>Start another one.</summary>
    Restart,

    /// <summary>After exit code 0 the host believes that the worker still runs: it does nothing, and no function runs any more.</summary>
    Abandoned,

    /// <summary>It crashed too often, so the host stops.</summary>
    GivenUp,
}
