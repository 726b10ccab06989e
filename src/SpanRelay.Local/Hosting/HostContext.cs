using Microsoft.Extensions.Logging;

namespace SpanRelay.Local.Hosting;

/// <summary>What a host offers its listeners.</summary>
public sealed class HostContext
{
    internal HostContext(HostConfiguration configuration, AppSettings settings, Invoker invoker, FunctionsHostOptions options, ILogger logger, Action<InvocationOutcome> report)
    {
        Configuration = configuration;
        Settings = settings;
        TimeProvider = options.TimeProvider;
        Logger = logger;
        Invoker = invoker;
        Report = report;
    }

    /// <summary>host.json</summary>
    public HostConfiguration Configuration { get; }

    /// <summary>The function app's settings.</summary>
    public AppSettings Settings { get; }

    /// <summary>Times retries and waits.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>Logs what the host does.</summary>
    public ILogger Logger { get; }

    /// <summary>Invokes functions.</summary>
    public Invoker Invoker { get; }

    /// <summary>To be called with every invocation's outcome.</summary>
    public Action<InvocationOutcome> Report { get; }
}
