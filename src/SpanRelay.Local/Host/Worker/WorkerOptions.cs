using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.Local.Host.Worker;

/// <summary>How a worker is started and watched.</summary>
internal sealed class WorkerOptions
{
    /// <summary>Full path of the worker's dll.</summary>
    public required string Assembly { get; init; }

    /// <summary>Set as environment variables.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>host.json's; loading may take as long.</summary>
    public required TimeSpan FunctionTimeout { get; init; }

    /// <summary>Measures the deadlines of the start, and the time between crashes.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>What the host itself logs.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The worker's lines.</summary>
    public required WorkerLog Log { get; init; }

    /// <summary>Called with what is logged over the stream.</summary>
    public required Action<RpcLog> OnRpcLog { get; init; }

    /// <summary>Called when the worker is no longer restarted, before its invocations fail.</summary>
    public Action OnGivenUp { get; init; } = () => { };

    /// <summary>Starts one; by default a process.</summary>
    public Func<WorkerStart, Action<WorkerOutput>, IWorkerProcess> Start { get; init; } = WorkerProcess.Start;
}
