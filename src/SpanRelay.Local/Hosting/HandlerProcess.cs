using SpanRelay.Fakes;
namespace SpanRelay.Local.Hosting;

/// <summary>
/// The handler as a process that is kept running: started again after a crash, but not after exit code 0, nor after the
/// third crash in a row. It is only ever ended by SIGKILL, as Azure ends it.
/// </summary>
public sealed class HandlerProcess : IAsyncDisposable
{
    private readonly HandlerOptions _options;
    private readonly CrashPolicy _crashes = new();
    private readonly HandlerLog _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Signal _changed = new();
    private Task _supervision = Task.CompletedTask;
    private volatile HandlerRun? _run;
    private volatile Uri? _address;
    private volatile LocalSystemException? _end;

    private HandlerProcess(HandlerOptions options)
    {
        _options = options;
        _log = new HandlerLog(options.Logger, options.OnOutput);
    }

    /// <summary>Null while none runs.</summary>
    public int? ProcessId => _run?.ProcessId;

    /// <summary>
    /// Completes when the handler was stopped. Fails with <see cref="LocalSystemException"/> when it ended by itself and is
    /// not started again.
    /// </summary>
    public Task Completion => _supervision;

    /// <summary>Starts the handler and waits until it answers.</summary>
    /// <exception cref="LocalSystemException">It cannot be started, crashes three times, ends or does not answer in time.</exception>
    public static async Task<HandlerProcess> StartAsync(HandlerOptions options, CancellationToken cancellationToken)
    {
        var handler = new HandlerProcess(options);
        try
        {
            handler._supervision = handler.SuperviseAsync();
            await handler.WhenReadyAsync(cancellationToken);
            return handler;
        }
        catch
        {
            await handler.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the handler answers.</summary>
    /// <returns>Its address, for now: after a restart it is another one.</returns>
    /// <exception cref="LocalSystemException">It is not started any more.</exception>
    public async Task<Uri> WhenReadyAsync(CancellationToken cancellationToken)
    {
        Uri? address = null;
        await _changed.WhenAsync(() => (address = _address) is not null || _end is not null, cancellationToken);
        return address ?? throw _end!;
    }

    /// <summary>Kills the process as something outside would: it counts as a crash.</summary>
    public void Kill() => _run?.Kill(onPurpose: false);

    /// <summary>Kills the process, to have it started anew: it does not count as a crash.</summary>
    public void Recycle() => _run?.Kill(onPurpose: true);

    /// <summary>Kills the process that listens at the address, to have it started anew: it does not count as a crash.</summary>
    internal void Restart(Uri address)
    {
        if (_run is { } run && run.Address == address) run.Kill(onPurpose: true);
    }

    /// <summary>Kills the process and waits until it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _run?.Kill(onPurpose: true);
        await _supervision.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SuperviseAsync()
    {
        // What follows must not run before StartAsync has this task.
        await Task.Yield();
        try
        {
            while (await RunOnceAsync())
            {
            }

            _end = new LocalSystemException("The function app was stopped.");
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

    /// <returns>True: start it again.</returns>
    private async Task<bool> RunOnceAsync()
    {
        using var run = HandlerRun.Start(_options, _log.Write);
        _run = run;
        if (_stopping.IsCancellationRequested) run.Kill(onPurpose: true);
        var exit = run.WhenExitedAsync();
        var isReady = await HandlerReadiness.WhenAnsweredAsync(run.Address, exit, _options.InitializationTimeout);
        if (isReady) SetAddress(run.Address);
        else if (!exit.IsCompleted) run.Kill(onPurpose: true);
        var exitCode = await exit;
        SetAddress(null);
        if (_stopping.IsCancellationRequested) return false;
        return isReady || !run.IsEndedOnPurpose ? StartsAgain(run, exitCode) : throw NotReady();
    }

    private bool StartsAgain(HandlerRun run, int exitCode)
    {
        if (run.IsEndedOnPurpose) return true;
        _log.WriteExit(exitCode);
        if (exitCode == 0) throw _log.Failure("The function app ended with exit code 0; the host does not start it again.");
        if (_crashes.RestartsAfterCrash(_options.TimeProvider.GetUtcNow())) return true;
        throw _log.Failure($"The function app crashed {_crashes.Crashes} times in a row, at last with exit code {exitCode}; the host stops.");
    }

    private LocalSystemException NotReady() => _log.Failure(
        $"The function app did not answer GET / on its port within {_options.InitializationTimeout} (customHandler.initializationTimeout in host.json). It must listen on 127.0.0.1 at FUNCTIONS_CUSTOMHANDLER_PORT.");

    private void SetAddress(Uri? address)
    {
        _address = address;
        _changed.Raise();
    }
}
