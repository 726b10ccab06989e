using Microsoft.Extensions.Logging;
using SpanRelay.Local.Host.Worker;

namespace SpanRelay.Local.Host;

/// <summary>What a host runs.</summary>
internal sealed class FunctionsHostOptions
{
    /// <summary>The built function app's folder, with host.json and the worker in it.</summary>
    public required string AppFolder { get; init; }

    /// <summary>The worker's assembly in that folder.</summary>
    public string WorkerAssembly { get; init; } = "SpanRelay.Functions.dll";

    /// <summary>The function app's settings: environment variables of the worker and values of <c>%SETTING%</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>One for every type of trigger that the function app uses.</summary>
    public required IReadOnlyList<ITrigger> Triggers { get; init; }

    /// <summary>How long a stop waits for cancelled invocations; 10 s by default, as in Azure.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Times retries, schedules, functionTimeout and every grace and deadline.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Called with every invocation's outcome, before a checkpoint. May be called from several threads at once.</summary>
    public Action<InvocationOutcome>? InvocationCompleted { get; init; }

    /// <summary>Called with every line that the worker logs, unmasked. May be called from several threads at once; must not throw.</summary>
    public Action<WorkerOutput>? OnOutput { get; init; }

    /// <summary>Without one, the default, nothing is logged.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>Starts a worker; by default a process.</summary>
    public Func<WorkerStart, Action<WorkerOutput>, IWorkerProcess> StartWorker { get; init; } = WorkerProcess.Start;
}
