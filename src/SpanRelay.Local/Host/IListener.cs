namespace SpanRelay.Local.Host;

/// <summary>Waits for what starts one function, and invokes it.</summary>
internal interface IListener
{
    /// <summary>Runs until the token stops it. Then it takes nothing new, and returns when its running invocations have ended.</summary>
    Task RunAsync(CancellationToken stopping);

    /// <summary>Completes when nothing is left to do.</summary>
    Task WhenIdleAsync(CancellationToken cancellationToken);

    /// <summary>Invokes the function now, as the host's admin address can.</summary>
    /// <returns>False: this kind of function cannot be invoked by hand.</returns>
    bool TryInvokeNow() => false;
}
