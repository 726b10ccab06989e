using Microsoft.Extensions.Logging;
using SpanRelay.Local.Host.Configuration;

namespace SpanRelay.Local.Host;

/// <summary>What a host offers its listeners.</summary>
internal sealed class HostContext
{
    /// <summary>host.json</summary>
    public required HostConfiguration Configuration { get; init; }

    /// <summary>The function app's settings.</summary>
    public required AppSettings Settings { get; init; }

    /// <summary>Times retries and waits.</summary>
    public required TimeProvider TimeProvider { get; init; }

    /// <summary>Logs what the host does.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Invokes functions.</summary>
    public required FunctionInvoker Invoker { get; init; }

    /// <summary>To be called with every invocation's outcome.</summary>
    public required Action<InvocationOutcome> Report { get; init; }

    /// <summary>Cancels running invocations and pending retries: the host stops, and does not drain.</summary>
    public required CancellationToken Cancelling { get; init; }
}
