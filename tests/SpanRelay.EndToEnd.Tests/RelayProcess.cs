using Google.Protobuf;
using Google.Protobuf.Collections;
using Microsoft.Extensions.Logging;
using SpanRelay.Local.Host;
using SpanRelay.Local.Host.Configuration;
using SpanRelay.Local.Host.Functions;
using SpanRelay.Local.Host.Worker;
using SpanRelay.Local.Host.Worker.Protocol;
using SpanRelay.Tokens;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>The function app's worker on its own: a test is its host, message by message. Killed when disposed.</summary>
internal sealed class RelayProcess : IAsyncDisposable
{
    private readonly AppSettings _settings;
    private readonly WorkerServer _server;
    private readonly WorkerRun _run;
    private FunctionDefinition? _forwardSpans;

    private RelayProcess(AppSettings settings, WorkerServer server)
    {
        (_settings, _server) = (settings, server);
        var configuration = HostConfiguration.Read(FunctionAppUnderTest.Folder, settings);
        _run = WorkerRun.Start(
            new WorkerOptions
            {
                Assembly = FunctionAppUnderTest.Worker,
                Settings = settings.Values,
                FunctionTimeout = configuration.FunctionTimeout,
                Log = new WorkerLog(LogLevels.Read(configuration), null, Output.Add),
                OnRpcLog = log => Output.Add(new WorkerOutput(FailureText.OneLine(log.Message), (LogLevel)log.Level, log.Category, log.EventId)),
            },
            server);
    }

    public CollectedOutput Output { get; } = new();

    public int ProcessId => _run.ProcessId;

    /// <summary>Starts it; it need not come up.</summary>
    public static async Task<RelayProcess> StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken) =>
        new(new AppSettings(settings), await WorkerServer.StartAsync(null, cancellationToken));

    /// <summary>Completes when its functions are loaded.</summary>
    public async Task WhenReadyAsync(CancellationToken cancellationToken)
    {
        var functions = await _run.PrepareAsync(null).WaitAsync(cancellationToken);
        Assert.True(functions is not null, $"The function app ended: {string.Join('\n', Output.Errors)}");
        _forwardSpans = FunctionDefinition.Read(functions.Single(function => function.Name == "ForwardSpans"), _settings);
    }

    /// <returns>The exit code, when all that it wrote was read.</returns>
    public Task<int> WhenExitedAsync(CancellationToken cancellationToken) => _run.Exited.WaitAsync(cancellationToken);

    /// <summary>A request for ForwardSpans as the host makes it, but for the metadata.</summary>
    public InvocationRequest Request(IEnumerable<byte[]> events, MapField<string, TypedData>? metadata)
    {
        var bodies = new CollectionBytes();
        bodies.Bytes.AddRange(events.Select(body => ByteString.CopyFrom(body)));
        var request = new InvocationRequest { InvocationId = Guid.NewGuid().ToString(), FunctionId = _forwardSpans!.Id, TraceContext = new RpcTraceContext() };
        request.InputData.Add(new ParameterBinding { Name = _forwardSpans.Trigger.Name, Data = new TypedData { CollectionBytes = bodies } });
        if (metadata is not null) request.TriggerMetadata.Add(metadata);
        return request;
    }

    public Task<InvocationResponse> InvokeAsync(InvocationRequest request, CancellationToken cancellationToken) =>
        _run.Session!.InvokeAsync(request).WaitAsync(cancellationToken);

    /// <summary>As the host ends a worker: it asks, and kills after a grace.</summary>
    public Task TerminateAsync() => _run.TerminateAsync();

    public Task SignalAsync(string signal, CancellationToken cancellationToken) => Processes.SignalAsync(signal, _run.ProcessId, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _run.Kill(onPurpose: true);
        await _run.Exited;
        await _server.DisposeAsync();
        _run.Dispose();
    }
}
