using Microsoft.Extensions.Logging;
using SpanRelay.Fakes;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.Local.Host.Worker;

/// <summary>
/// Keeps a worker running: restarts it after a crash, but not after the third in a row, and not after exit code 0, since the
/// Functions host then believes that the worker still runs.
/// </summary>
internal sealed partial class WorkerSupervisor : IAsyncDisposable
{
    // The exit code by which a worker asks to be restarted.
    private const int RestartRequested = 200;

    private readonly WorkerOptions _options;
    private readonly WorkerServer _server;
    private readonly CrashPolicy _crashes = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Signal _changed = new();
    private Task _supervision = Task.CompletedTask;
    private volatile WorkerRun? _run;
    private volatile WorkerSession? _ready;
    private volatile LocalSystemException? _end;

    private WorkerSupervisor(WorkerOptions options, WorkerServer server) => (_options, _server) = (options, server);

    /// <summary>Null while none runs.</summary>
    public int? ProcessId => _run?.ProcessId;

    /// <summary>As the first worker described them.</summary>
    public IReadOnlyList<RpcFunctionMetadata> Functions { get; private set; } = [];

    /// <summary>Completes when the worker was stopped. Fails with <see cref="LocalSystemException"/> when it cannot be kept running.</summary>
    public Task Completion => _supervision;

    /// <summary>Starts a worker and waits until it has loaded its functions.</summary>
    /// <exception cref="LocalSystemException">It cannot be started, exits, refuses something or does not answer in time.</exception>
    public static async Task<WorkerSupervisor> StartAsync(WorkerOptions options, WorkerServer server, CancellationToken cancellationToken)
    {
        var supervisor = new WorkerSupervisor(options, server);
        try
        {
            supervisor._supervision = supervisor.SuperviseAsync();
            await supervisor.WhenReadyAsync(cancellationToken);
            return supervisor;
        }
        catch
        {
            await supervisor.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until a worker has loaded its functions.</summary>
    /// <returns>The current session; after a restart there is another one.</returns>
    /// <exception cref="LocalSystemException">The worker is no longer restarted.</exception>
    public async Task<WorkerSession> WhenReadyAsync(CancellationToken cancellationToken)
    {
        WorkerSession? session = null;
        await _changed.WhenAsync(() => (session = _ready) is not null || _end is not null, cancellationToken);
        return session ?? throw new LocalSystemException(_end!.Message, _end);
    }

    /// <summary>Kills the worker. It counts as a crash.</summary>
    public void Kill() => _run?.Kill(onPurpose: false);

    /// <summary>Kills the worker so that it is restarted. It does not count as a crash.</summary>
    public void Recycle()
    {
        SetReady(null); // The killed worker's session counts as ready no longer: WhenReadyAsync waits for the next one.
        _run?.Kill(onPurpose: true);
    }

    /// <summary>Kills the worker of that session, if it still runs, so that it is restarted.</summary>
    /// <returns>False if it has exited already, or was abandoned.</returns>
    public bool Recycle(WorkerSession session)
    {
        if (_run is not { } run || run.Session != session || _end is not null) return false;
        run.Kill(onPurpose: true);
        return true;
    }

    /// <summary>Asks the worker to exit, and kills it when it takes longer than the grace.</summary>
    public async Task TerminateAsync()
    {
        await _stopping.CancelAsync();
        if (_run is { } run) await run.TerminateAsync();
        await _supervision.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Kills the worker and waits until it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _run?.Kill(onPurpose: true);
        await _supervision.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SuperviseAsync()
    {
        // StartAsync must have this task before the rest runs.
        await Task.Yield();
        try
        {
            while (await RunOnceAsync())
            {
            }

            _end = new LocalSystemException("The worker was stopped.");
        }
        catch (Exception exception)
        {
            _end = exception as LocalSystemException ?? new LocalSystemException($"The host failed: {exception.Message}", exception);
            throw;
        }
        finally
        {
            _run = null;
            _changed.Raise();
        }
    }

    /// <returns>True to start another one.</returns>
    private async Task<bool> RunOnceAsync()
    {
        using var run = WorkerRun.Start(_options, _server);
        _run = run;
        if (_stopping.IsCancellationRequested) run.Kill(onPurpose: true);
        await PrepareAsync(run);
        var exitCode = await run.Exited;
        var verdict = Judge(run, exitCode);
        var failure = verdict == ExitVerdict.GivenUp
            ? _options.Log.Failure($"The worker crashed {_crashes.Crashes} times in a row, the last time with exit code {exitCode}; the host stops.")
            : null;
        if (failure is not null) _options.OnGivenUp();
        SetReady(null);
        if (verdict == ExitVerdict.Abandoned) return await AbandonAsync();
        run.Session?.FailAll($"The worker exited with code {exitCode} before it answered.");
        return failure is null ? verdict == ExitVerdict.Restart : throw failure;
    }

    private async Task PrepareAsync(WorkerRun run)
    {
        try
        {
            if (await run.PrepareAsync(Functions.Count > 0 ? Functions : null) is not { } functions) return;
            Functions = functions;
            SetReady(run.Session);
        }
        catch (LocalSystemException exception)
        {
            run.Kill(onPurpose: true);
            await run.Exited;
            _options.OnGivenUp();
            throw _options.Log.Failure(exception.Message);
        }
    }

    private ExitVerdict Judge(WorkerRun run, int exitCode)
    {
        if (_stopping.IsCancellationRequested) return ExitVerdict.Stopped;
        if (run.IsEndedOnPurpose || exitCode == RestartRequested) return ExitVerdict.Restart;
        LogExit(_options.Logger, exitCode);
        if (exitCode == 0) return ExitVerdict.Abandoned;
        return _crashes.RestartsAfterCrash(_options.TimeProvider.GetUtcNow()) ? ExitVerdict.Restart : ExitVerdict.GivenUp;
    }

    /// <summary>Invocations in flight stay so until functionTimeout; new ones fail.</summary>
    private async Task<bool> AbandonAsync()
    {
        _run = null;
        _end = _options.Log.Failure(
            "The worker exited with code 0 although the host had not stopped it; the host does not start it again, and no function runs. It must exit with another code.");
        LogAbandoned(_options.Logger);
        _changed.Raise();
        await Task.Delay(Timeout.InfiniteTimeSpan, _options.TimeProvider, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return false;
    }

    private void SetReady(WorkerSession? session)
    {
        _ready = session;
        _changed.Raise();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The worker exited with code {ExitCode}.")]
    private static partial void LogExit(ILogger logger, int exitCode);

    [LoggerMessage(Level = LogLevel.Error, Message = "The worker is not started again after exit code 0: every invocation fails until the host is restarted.")]
    private static partial void LogAbandoned(ILogger logger);
}
