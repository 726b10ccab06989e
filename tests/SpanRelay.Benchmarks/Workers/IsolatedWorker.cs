using Google.Protobuf;
using SpanRelay.Local.Host.Configuration;
using SpanRelay.Local.Host.Functions;
using SpanRelay.Local.Host.Worker;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.Benchmarks.Workers;

/// <summary>An isolated worker, fed over gRPC as the Functions host feeds it.</summary>
internal sealed class IsolatedWorker : IMeasuredApp
{
    private readonly WorkerServer _server;
    private readonly WorkerRun _run;
    private readonly FunctionDefinition _forward;

    private IsolatedWorker(WorkerServer server, WorkerRun run, FunctionDefinition forward) => (_server, _run, _forward) = (server, run, forward);

    public int ProcessId => _run.ProcessId;

    /// <summary>Completes when all functions are loaded.</summary>
    /// <param name="assembly">The worker's dll.</param>
    /// <param name="function">The function with the Event Hub trigger.</param>
    public static async Task<IsolatedWorker> StartAsync(string assembly, string function, IReadOnlyDictionary<string, string> settings)
    {
        var appSettings = new AppSettings(settings);
        var configuration = HostConfiguration.Read(Path.GetDirectoryName(assembly)!, appSettings);
        var server = await WorkerServer.StartAsync(null, CancellationToken.None);
        var run = WorkerRun.Start(
            new WorkerOptions
            {
                Assembly = assembly,
                Settings = settings,
                FunctionTimeout = configuration.FunctionTimeout,
                Log = new WorkerLog(LogLevels.Read(configuration), null, line => { if (line.IsError) Console.Error.WriteLine(line.Line); }),
                OnRpcLog = _ => { },
            },
            server);
        var functions = await run.PrepareAsync(null) ?? throw new InvalidOperationException($"The worker {assembly} exited.");
        return new IsolatedWorker(server, run, FunctionDefinition.Read(functions.Single(each => each.Name == function), appSettings));
    }

    public async Task ForwardAsync(IReadOnlyList<byte[]> events)
    {
        var bodies = new CollectionBytes();
        bodies.Bytes.AddRange(events.Select(body => UnsafeByteOperations.UnsafeWrap(body)));
        var request = new InvocationRequest { InvocationId = Guid.NewGuid().ToString(), FunctionId = _forward.Id, TraceContext = new RpcTraceContext() };
        request.InputData.Add(new ParameterBinding { Name = _forward.Trigger.Name, Data = new TypedData { CollectionBytes = bodies } });
        var response = await _run.Session!.InvokeAsync(request);
        if (response.Result.Status != StatusResult.Types.Status.Success)
            throw new InvalidOperationException($"The worker failed: {response.Result.Exception?.Message}");
    }

    public async ValueTask DisposeAsync()
    {
        _run.Kill(onPurpose: true);
        await _run.Exited;
        await _server.DisposeAsync();
        _run.Dispose();
    }
}
