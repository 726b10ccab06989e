using Microsoft.Extensions.Logging;

namespace SpanRelay.Local.Hosting;

/// <summary>What a host runs.</summary>
public sealed class FunctionsHostOptions
{
    /// <summary>The built function app's folder, with host.json in it.</summary>
    public required string AppFolder { get; init; }

    /// <summary>The function app's settings: environment variables of the handler and values of <c>%SETTING%</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>One for every type of trigger that the function app uses.</summary>
    public required IReadOnlyList<ITrigger> Triggers { get; init; }

    /// <summary>How long a stop waits for running invocations before it kills the handler; 10 s by default, as in Azure.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Times retries, functionTimeout and the grace of a stop. The handler's start is in real time.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Called with every invocation's outcome, before a checkpoint. May be called from several threads at once.</summary>
    public Action<InvocationOutcome>? InvocationCompleted { get; init; }

    /// <summary>Called with every line the handler writes, unmasked. May be called from two threads at once; must not throw.</summary>
    public Action<HandlerOutput>? OnOutput { get; init; }

    /// <summary>Without one, the default, nothing is logged.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
