using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using SpanRelay.Dynatrace;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.Host;
using SpanRelay.Local.Host.EventHubs;
using SpanRelay.Local.Host.Timers;
using SpanRelay.Local.Host.Worker;
using SpanRelay.Tests.Redaction.Oracle;

namespace SpanRelay.Tests.Local.Host;

/// <summary>A host of the test worker with a hub of its own, that remembers what happened.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spanrelay-host-");

    private EventHubServer? _door;
    private string _storage = "";

    public RunningHost(int partitions = 1) => Hub = new LocalEventHub("spans", partitions);

    public LocalEventHub Hub { get; }

    public ConcurrentQueue<InvocationOutcome> Outcomes { get; } = new();

    public ConcurrentQueue<WorkerOutput> Output { get; } = new();

    public FunctionsHost Host { get; private set; } = null!;

    /// <summary>In place of the unused ones.</summary>
    public IReadOnlyList<ITrigger> Triggers { get; init; } = [];

    public Dictionary<string, string> Settings { get; init; } = [];

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILoggerFactory? LoggerFactory { get; init; }

    public Func<WorkerStart, Action<WorkerOutput>, IWorkerProcess> StartWorker { get; init; } = WorkerProcess.Start;

    public string AppFolder { get; init; } = TestWorker.Folder;

    /// <summary>A file's path, for commands that look for it.</summary>
    public string File(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Appends an event that makes the worker do something.</summary>
    public void Tell(string command, int partition = 0) => Hub.Append(Encoding.UTF8.GetBytes(command), partition: partition);

    public async Task StartAsync(CancellationToken cancellationToken, TimeSpan? grace = null)
    {
        _door ??= await EventHubServer.StartAsync(Hub, cancellationToken: cancellationToken);
        _storage = await HostStorage.ConnectionStringAsync();
        Host = await FunctionsHost.StartAsync(
            new FunctionsHostOptions
            {
                AppFolder = AppFolder,
                WorkerAssembly = TestWorker.Assembly,
                Settings = AllSettings(),
                Triggers = [.. Triggers, new EventHubTrigger(Hub), new TimerTrigger(), new UnusedTrigger("queueTrigger"), new UnusedTrigger("httpTrigger")],
                ShutdownGrace = grace ?? TimeSpan.FromSeconds(10),
                TimeProvider = Time,
                InvocationCompleted = Outcomes.Enqueue,
                OnOutput = Output.Enqueue,
                LoggerFactory = LoggerFactory,
                StartWorker = StartWorker,
            },
            cancellationToken);
    }

    /// <summary>How far the hub's first partition has been processed.</summary>
    public Task<long?> ReadCheckpointAsync(CancellationToken cancellationToken) =>
        EventHubSource.Parse(_door!.ConnectionString, Hub.Name, "$Default").Checkpoints(_storage).ReadSequenceNumberAsync("0", cancellationToken);

    /// <summary>Completes when a line holds the text.</summary>
    public async Task WhenWrittenAsync(string text, CancellationToken cancellationToken)
    {
        while (!Output.Any(line => line.Line.Contains(text, StringComparison.Ordinal)))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (Host is not null) await Host.DisposeAsync();
        if (_door is not null) await _door.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Dictionary<string, string> AllSettings()
    {
        var settings = new Dictionary<string, string>(TestWorker.Settings)
        {
            ["EVENTHUB"] = _door!.ConnectionString,
            ["AzureWebJobsStorage"] = _storage,
        };
        foreach (var (name, value) in Settings) settings[name] = value;
        return settings;
    }
}
