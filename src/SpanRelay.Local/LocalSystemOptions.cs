using Microsoft.Extensions.Logging;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Local.Host;

namespace SpanRelay.Local;

/// <summary>Options of the local system.</summary>
public sealed class LocalSystemOptions
{
    /// <summary>The hub's name; "spans" by default.</summary>
    public string EventHubName { get; init; } = "spans";

    /// <summary>The hub's partitions; 8 by default.</summary>
    public int PartitionCount { get; init; } = 8;

    /// <summary>Port of the hub's HTTPS endpoint on 127.0.0.1; 0, the default, takes a free one.</summary>
    public int EventHubPort { get; init; }

    /// <summary>Port of the hub's AMQP endpoint on 127.0.0.1; 0, the default, takes a free one.</summary>
    public int EventHubAmqpPort { get; init; }

    /// <summary>Port of the Dynatrace stand-in on 127.0.0.1; 0, the default, takes a free one.</summary>
    public int DynatracePort { get; init; }

    /// <summary>A real environment to deliver to, with <see cref="DynatraceApiToken"/>; without it, the stand-in runs.</summary>
    public string? DynatraceEnvironment { get; init; }

    /// <summary>The real environment's token. A secret.</summary>
    public string? DynatraceApiToken { get; init; }

    /// <summary>The stand-in's token is read from a Key Vault, as in Azure; false: it is a plain setting.</summary>
    public bool UsesKeyVault { get; init; } = true;

    /// <summary>
    /// The built function app's folder. By default what the environment variable SPANRELAY_FUNCTION_APP names, else
    /// <c>function-app</c> beside the running assembly.
    /// </summary>
    public string? FunctionAppFolder { get; init; }

    /// <summary>Settings of the function app, which override the local system's.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the storage account keeps its data; by default a temporary folder. Not used when the settings name a storage account.</summary>
    public string? StorageFolder { get; init; }

    /// <summary>Called before something slow, such as the installation on the first run.</summary>
    public Action<string>? OnNotice { get; init; }

    /// <summary>How long a stop waits for running invocations; 10 s by default, as in Azure.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time of everything but the function app's own process.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Called with every invocation's outcome. May be called from several threads at once.</summary>
    public Action<InvocationOutcome>? InvocationCompleted { get; init; }

    /// <summary>Called with every line the function app writes, unmasked. May be called from two threads at once.</summary>
    public Action<WorkerOutput>? OnOutput { get; init; }

    /// <summary>Called with every request to the Dynatrace stand-in before it is answered.</summary>
    public Func<CapturedRequest, CancellationToken, ValueTask>? OnDynatraceRequest { get; init; }

    /// <summary>Without one, the default, nothing is logged.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
