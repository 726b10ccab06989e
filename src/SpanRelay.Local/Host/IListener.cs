namespace SpanRelay.Local.Host;

/// <summary>Listens for the events of one function's trigger, and invokes the function.</summary>
internal interface IListener
{
    /// <summary>Runs until the token stops it. Then it starts no new invocation, and returns when the running ones have ended.</summary>
    Task RunAsync(CancellationToken stopping);

    /// <summary>Completes when there is nothing left to process.</summary>
    Task WhenIdleAsync(CancellationToken cancellationToken);

    /// <summary>Invokes the function now, as the host's admin address can.</summary>
    /// <returns>False if functions with this trigger cannot be invoked manually.</returns>
    bool TryInvokeNow() => false;
}
