namespace SpanRelay.Local.Hosting;

/// <summary>Waits for what starts one function, and invokes it.</summary>
public interface IListener
{
    /// <summary>Runs until the token stops it. Then it takes nothing new and returns when its running invocations have.</summary>
    Task RunAsync(CancellationToken stopping);

    /// <summary>Completes when nothing is left to do.</summary>
    Task WhenIdleAsync(CancellationToken cancellationToken);
}
