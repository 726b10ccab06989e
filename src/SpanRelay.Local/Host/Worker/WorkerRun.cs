using SpanRelay.Local.Host.Worker.Protocol;
namespace SpanRelay.Local.Host.Worker;

/// <summary>One start of the worker, from its launch to its exit.</summary>
internal sealed class WorkerRun : IDisposable
{
    /// <summary>How long a worker may take to exit after it was asked to, or after its stream broke.</summary>
    public static readonly TimeSpan ExitGrace = TimeSpan.FromSeconds(5);

    private readonly WorkerOptions _options;
    private readonly IWorkerProcess _process;
    private readonly Task<WorkerConnection> _arrival;
    private WorkerSession? _session;

    private WorkerRun(WorkerOptions options, IWorkerProcess process, Task<WorkerConnection> arrival) =>
        (_options, _process, _arrival) = (options, process, arrival);

    public int ProcessId => _process.Id;

    public Task<int> Exited => _process.Exited;

    /// <summary>Null until the worker has connected.</summary>
    public WorkerSession? Session => _session;

    /// <summary>The host itself ended it, so it is not a crash.</summary>
    public bool IsEndedOnPurpose { get; private set; }

    /// <exception cref="LocalSystemException">The process cannot be started.</exception>
    public static WorkerRun Start(WorkerOptions options, WorkerServer server)
    {
        var workerId = Guid.NewGuid().ToString();
        var arrival = server.Arrivals.Expect(workerId);
        var process = options.Start(new WorkerStart(options.Assembly, options.Settings, server.Address, workerId), options.Log.Write);
        _ = process.Exited.ContinueWith(_ => server.Arrivals.Forget(workerId), TaskScheduler.Default);
        return new WorkerRun(options, process, arrival);
    }

    /// <summary>Waits until the worker has loaded its functions.</summary>
    /// <param name="known">The functions' metadata from an earlier run; null to ask the worker.</param>
    /// <returns>Null if it exited before.</returns>
    /// <exception cref="LocalSystemException">It refuses something, or does not answer in time.</exception>
    public async Task<IReadOnlyList<RpcFunctionMetadata>?> PrepareAsync(IReadOnlyList<RpcFunctionMetadata>? known)
    {
        using var exited = new CancellationTokenSource();
        var preparing = PrepareAsync(known, exited.Token);
        await Task.WhenAny(preparing, Exited);
        if (!preparing.IsCompleted)
        {
            await exited.CancelAsync();
            _session?.FailAll("The worker exited.");
            await ((Task)preparing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        }

        return Exited.IsCompleted ? null : await preparing;
    }

    public void Kill(bool onPurpose)
    {
        IsEndedOnPurpose |= onPurpose;
        _process.Kill();
    }

    /// <summary>Asks the worker to exit, and kills it when it has not done so within the grace.</summary>
    public async Task TerminateAsync()
    {
        IsEndedOnPurpose = true;
        _session?.Terminate(ExitGrace);
        await KillAfterGraceAsync();
    }

    public void Dispose() => _process.Dispose();

    private async Task<IReadOnlyList<RpcFunctionMetadata>> PrepareAsync(IReadOnlyList<RpcFunctionMetadata>? known, CancellationToken exited)
    {
        _session = new WorkerSession(await ArrivalAsync(exited), _options.OnRpcLog, _options.TimeProvider);
        _ = WatchStreamAsync(_session);
        var handshake = new WorkerHandshake(_session, Path.GetDirectoryName(_options.Assembly)!, _options.FunctionTimeout);
        await handshake.InitializeAsync(exited);
        var functions = known ?? await handshake.ReadMetadataAsync(exited);
        await handshake.LoadAsync(functions, exited);
        return functions;
    }

    private async Task<WorkerConnection> ArrivalAsync(CancellationToken exited)
    {
        try
        {
            return await _arrival.WaitAsync(WorkerHandshake.StartStreamDeadline, _options.TimeProvider, exited);
        }
        catch (TimeoutException exception)
        {
            throw new LocalSystemException($"The worker did not connect to the host within {WorkerHandshake.StartStreamDeadline}.", exception);
        }
    }

    /// <summary>A worker whose stream broke is useless, and has to exit.</summary>
    private async Task WatchStreamAsync(WorkerSession session)
    {
        await session.RunAsync();
        await KillAfterGraceAsync();
    }

    private async Task KillAfterGraceAsync()
    {
        using var enough = new CancellationTokenSource();
        var grace = Task.Delay(ExitGrace, _options.TimeProvider, enough.Token);
        await Task.WhenAny(Exited, grace);
        await enough.CancelAsync();
        if (!Exited.IsCompleted) _process.Kill();
    }
}
