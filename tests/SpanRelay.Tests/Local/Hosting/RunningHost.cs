using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SpanRelay.Dynatrace;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.Hosting;

namespace SpanRelay.Tests.Local.Hosting;

/// <summary>A host with a hub of its own, that remembers what happened.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private readonly HandlerApp _app;

    public RunningHost(HandlerApp app, int partitions = 1)
    {
        _app = app;
        Hub = new LocalEventHub("spans", partitions);
        Checkpoints = new EventHubCheckpoints(Hub);
    }

    public LocalEventHub Hub { get; }

    public EventHubCheckpoints Checkpoints { get; }

    public ConcurrentQueue<InvocationOutcome> Outcomes { get; } = new();

    public ConcurrentQueue<HandlerOutput> Output { get; } = new();

    public FunctionsHost Host { get; private set; } = null!;

    /// <summary>Beside that of the Event Hub.</summary>
    public IReadOnlyList<ITrigger> MoreTriggers { get; init; } = [];

    public IReadOnlyDictionary<string, string> MoreSettings { get; init; } = new Dictionary<string, string>();

    public ILoggerFactory? LoggerFactory { get; init; }

    public async Task StartAsync(CancellationToken cancellationToken, TimeSpan? grace = null) =>
        Host = await FunctionsHost.StartAsync(
            new FunctionsHostOptions
            {
                AppFolder = _app.Folder,
                Settings = new Dictionary<string, string>(MoreSettings) { ["EVENTHUB_NAME"] = "spans", ["EVENTHUB"] = "Endpoint=sb://localhost" },
                Triggers = [new EventHubTrigger(Hub, Checkpoints), .. MoreTriggers],
                ShutdownGrace = grace ?? TimeSpan.FromSeconds(10),
                InvocationCompleted = Outcomes.Enqueue,
                OnOutput = Output.Enqueue,
                LoggerFactory = LoggerFactory,
            },
            cancellationToken);

    public ValueTask DisposeAsync() => Host?.DisposeAsync() ?? ValueTask.CompletedTask;
}
