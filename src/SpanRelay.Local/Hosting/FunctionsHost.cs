using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SpanRelay.Fakes;
using SpanRelay.Tokens;

namespace SpanRelay.Local.Hosting;

/// <summary>
/// A stand-in for the Azure Functions host: it reads a built function app's host.json and function.json files, runs its
/// custom handler as a process and invokes its functions as their triggers say.
/// </summary>
public sealed class FunctionsHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _killed = new();
    private readonly Signal _invoked = new();
    private readonly FunctionsHostOptions _options;
    private HandlerProcess? _handler;
    private Invoker? _invoker;
    private IReadOnlyList<IListener> _listeners = [];
    private Task _running = Task.CompletedTask;

    private FunctionsHost(FunctionsHostOptions options) => _options = options;

    /// <summary>The handler's process id; null while none runs.</summary>
    public int? ProcessId => _handler?.ProcessId;

    /// <summary>
    /// Completes when the host has stopped. Fails with <see cref="LocalSystemException"/> when it stopped by itself because
    /// the handler cannot be kept running.
    /// </summary>
    public Task Completion => _running;

    /// <summary>Reads the function app, starts its handler, waits until it answers, and starts the listeners.</summary>
    /// <exception cref="LocalSystemException">Something of it cannot be read or started; then nothing runs any more.</exception>
    public static async Task<FunctionsHost> StartAsync(FunctionsHostOptions options, CancellationToken cancellationToken = default)
    {
        var host = new FunctionsHost(options);
        try
        {
            await host.StartCoreAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills the handler as something outside would: it counts as a crash, and it is started again.</summary>
    public void Kill() => _handler?.Kill();

    /// <summary>Kills the handler as Azure does when it moves the app elsewhere: no crash, and it is started again.</summary>
    public void Recycle() => _handler?.Recycle();

    /// <summary>Waits until the handler answers, after a crash for instance.</summary>
    public Task WhenReadyAsync(CancellationToken cancellationToken) => _handler!.WhenReadyAsync(cancellationToken);

    /// <summary>Completes when no listener has anything left to do.</summary>
    /// <exception cref="LocalSystemException">The host stopped by itself before that.</exception>
    public Task WhenIdleAsync(CancellationToken cancellationToken) => OrFailureAsync(
        async token =>
        {
            // What one function does may start another: so it is asked twice.
            for (var round = 0; round < 2; round++)
                await Task.WhenAll(_listeners.Select(listener => listener.WhenIdleAsync(token)));
        },
        cancellationToken);

    /// <summary>Completes as soon as the condition holds. It is looked at now and after every invocation.</summary>
    /// <exception cref="LocalSystemException">The host stopped by itself before that.</exception>
    public Task WhenAsync(Func<bool> condition, CancellationToken cancellationToken) =>
        OrFailureAsync(token => _invoked.WhenAsync(condition, token), cancellationToken);

    /// <summary>
    /// Stops the listeners, waits up to <see cref="FunctionsHostOptions.ShutdownGrace"/> for running invocations, and kills
    /// the handler. What was running leaves no checkpoint, even when it succeeds.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await WaitForInvocationsAsync();
        await _killed.CancelAsync();
        if (_handler is not null) await _handler.DisposeAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _invoker?.Dispose();
    }

    private async Task StartCoreAsync(CancellationToken cancellationToken)
    {
        var settings = new AppSettings(_options.Settings);
        var app = FunctionApp.Read(_options.AppFolder, settings);
        var triggers = app.Functions.ToDictionary(function => function, function => TriggerCatalog.Find(function, _options.Triggers));
        var logger = _options.LoggerFactory?.CreateLogger("Host") ?? NullLogger.Instance;
        _invoker = new Invoker(app.Host.FunctionTimeout, _options.TimeProvider, _killed.Token);
        var context = new HostContext(app.Host, settings, _invoker, _options, logger, Report);
        _listeners = [.. triggers.Select(pair => pair.Value.CreateListener(pair.Key, context))];
        _handler = await HandlerProcess.StartAsync(Handler(app), cancellationToken);
        _invoker.Handler = _handler;
        _running = RunAsync();
    }

    private HandlerOptions Handler(FunctionApp app) => new()
    {
        Executable = app.Executable,
        Arguments = app.Host.Arguments,
        Folder = app.Folder,
        Settings = _options.Settings,
        InitializationTimeout = app.Host.InitializationTimeout,
        TimeProvider = _options.TimeProvider,
        Logger = _options.LoggerFactory?.CreateLogger("Handler") ?? NullLogger.Instance,
        OnOutput = _options.OnOutput,
    };

    private async Task RunAsync()
    {
        var listeners = _listeners.Select(listener => listener.RunAsync(_stopping.Token)).ToList();
        try
        {
            // None of them ends before the stop, unless it fails: a handler that cannot be kept running ends the host.
            var ended = await Task.WhenAny([.. listeners, _handler!.Completion]);
            await ended;
        }
        catch
        {
            await _killed.CancelAsync();
            throw;
        }
        finally
        {
            await _stopping.CancelAsync();
            await Task.WhenAll(listeners).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WaitForInvocationsAsync()
    {
        using var enough = new CancellationTokenSource();
        var grace = Task.Delay(_options.ShutdownGrace, _options.TimeProvider, enough.Token);
        await Task.WhenAny(_running, grace);
        await enough.CancelAsync();
    }

    private async Task OrFailureAsync(Func<CancellationToken, Task> wait, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = wait(enough.Token);
        var first = await Task.WhenAny(waiting, _running);
        if (first == _running && !waiting.IsCompletedSuccessfully)
        {
            await enough.CancelAsync();
            await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _running;
            throw new LocalSystemException("The host was stopped before what was waited for happened.");
        }

        await waiting;
    }

    private void Report(InvocationOutcome outcome)
    {
        _options.InvocationCompleted?.Invoke(outcome);
        _invoked.Raise();
    }
}
