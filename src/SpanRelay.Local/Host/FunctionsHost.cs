using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SpanRelay.Fakes;
using SpanRelay.Local.Host.Configuration;
using SpanRelay.Local.Host.Functions;
using SpanRelay.Local.Host.Worker;
using SpanRelay.Tokens;

namespace SpanRelay.Local.Host;

/// <summary>
/// A stand-in for the Azure Functions host: it runs a built function app's isolated worker as a process, speaks the host's
/// gRPC protocol with it, and invokes its functions as their triggers say.
/// </summary>
public sealed class FunctionsHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _cancelling = new();
    private readonly Signal _invoked = new();
    private readonly FunctionsHostOptions _options;
    private readonly Dictionary<string, IListener> _listeners = new(StringComparer.OrdinalIgnoreCase);
    private WorkerServer? _server;
    private WorkerSupervisor? _worker;
    private Task _running = Task.CompletedTask;

    private FunctionsHost(FunctionsHostOptions options) => _options = options;

    /// <summary>The worker's process id; null while none runs.</summary>
    public int? ProcessId => _worker?.ProcessId;

    /// <summary>
    /// Completes when the host has stopped. Fails with <see cref="LocalSystemException"/> when it stopped because the worker
    /// cannot be kept running.
    /// </summary>
    public Task Completion => _running;

    /// <summary>Starts the worker, waits until it has loaded its functions, and starts their listeners.</summary>
    /// <exception cref="LocalSystemException">Something cannot be read or started; then nothing runs any more.</exception>
    internal static async Task<FunctionsHost> StartAsync(FunctionsHostOptions options, CancellationToken cancellationToken = default)
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

    /// <summary>Kills the worker. It counts as a crash, and the worker is restarted.</summary>
    public void Kill() => _worker?.Kill();

    /// <summary>Kills the worker as Azure does when it moves the app. It does not count as a crash, and the worker is restarted.</summary>
    public void Recycle() => _worker?.Recycle();

    /// <summary>Waits until a worker has loaded its functions, after a crash for instance.</summary>
    public Task WhenReadyAsync(CancellationToken cancellationToken) => _worker!.WhenReadyAsync(cancellationToken);

    /// <summary>Invokes a function outside its schedule, as <c>POST /admin/functions/{name}</c> does.</summary>
    /// <returns>False if there is no such function, or its trigger cannot be invoked manually.</returns>
    public bool TryInvokeNow(string function) => _listeners.TryGetValue(function, out var listener) && listener.TryInvokeNow();

    /// <summary>Completes when no listener has anything left to do.</summary>
    /// <exception cref="LocalSystemException">The host stopped before that.</exception>
    public Task WhenIdleAsync(CancellationToken cancellationToken) => OrFailureAsync(
        async token =>
        {
            // A function may start another one, so the listeners are asked twice.
            for (var round = 0; round < 2; round++)
                await Task.WhenAll(_listeners.Values.Select(listener => listener.WhenIdleAsync(token)));
        },
        cancellationToken);

    /// <summary>Completes as soon as the condition holds. It is evaluated now and after every invocation.</summary>
    /// <exception cref="LocalSystemException">The host stopped before that.</exception>
    public Task WhenAsync(Func<bool> condition, CancellationToken cancellationToken) =>
        OrFailureAsync(token => _invoked.WhenAsync(condition, token), cancellationToken);

    /// <summary>
    /// Scales in: takes nothing new, and waits for running invocations and pending retries without cancelling them, however
    /// long they take. A batch that succeeds meanwhile gets no checkpoint.
    /// </summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Stops: cancels running invocations, waits up to <see cref="FunctionsHostOptions.ShutdownGrace"/> for them, and asks the
    /// worker to exit, which is killed if it does not. What was running gets no checkpoint, even when it succeeds.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _cancelling.CancelAsync();
        await WaitForInvocationsAsync();
        if (_worker is not null)
        {
            await _worker.TerminateAsync();
            await _worker.DisposeAsync();
        }

        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_server is not null) await _server.DisposeAsync();
    }

    private async Task StartCoreAsync(CancellationToken cancellationToken)
    {
        var settings = new AppSettings(_options.Settings);
        var assembly = FindWorker();
        var configuration = HostConfiguration.Read(Path.GetDirectoryName(assembly)!, settings);
        var log = new WorkerLog(LogLevels.Read(configuration), _options.LoggerFactory, _options.OnOutput);
        var invoker = new FunctionInvoker(log, configuration.FunctionTimeout, _options.TimeProvider);
        _server = await WorkerServer.StartAsync(_options.LoggerFactory, cancellationToken);
        _worker = await WorkerSupervisor.StartAsync(Worker(assembly, configuration, log, invoker), _server, cancellationToken);
        invoker.Worker = _worker;
        AddListeners(CreateContext(configuration, settings, invoker));
        _running = RunAsync();
    }

    private void AddListeners(HostContext context)
    {
        foreach (var metadata in _worker!.Functions)
        {
            var function = FunctionDefinition.Read(metadata, context.Settings);
            _listeners[function.Name] = TriggerCatalog.Find(function, _options.Triggers).CreateListener(function, context);
        }
    }

    private string FindWorker()
    {
        var folder = Path.GetFullPath(_options.AppFolder);
        if (!Directory.Exists(folder))
            throw new LocalSystemException($"The function app's folder {folder} does not exist. Build the function app, or name its folder.");
        var assembly = Path.Combine(folder, _options.WorkerAssembly);
        return File.Exists(assembly)
            ? assembly
            : throw new LocalSystemException($"The function app's worker {_options.WorkerAssembly} is not in {folder}. Build the function app first.");
    }

    private WorkerOptions Worker(string assembly, HostConfiguration configuration, WorkerLog log, FunctionInvoker invoker) => new()
    {
        Assembly = assembly,
        Settings = _options.Settings,
        FunctionTimeout = configuration.FunctionTimeout,
        TimeProvider = _options.TimeProvider,
        Logger = Logger("Host.Worker"),
        Log = log,
        OnRpcLog = invoker.OnLog,
        OnGivenUp = () =>
        {
            _stopping.Cancel();
            _cancelling.Cancel();
        },
        Start = _options.StartWorker,
    };

    private HostContext CreateContext(HostConfiguration configuration, AppSettings settings, FunctionInvoker invoker) => new()
    {
        Configuration = configuration,
        Settings = settings,
        TimeProvider = _options.TimeProvider,
        Logger = Logger("Host.Listener"),
        Invoker = invoker,
        Report = Report,
        Cancelling = _cancelling.Token,
    };

    private ILogger Logger(string category) => _options.LoggerFactory?.CreateLogger(category) ?? NullLogger.Instance;

    private async Task RunAsync()
    {
        var listeners = Task.WhenAll(_listeners.Values.Select(listener => listener.RunAsync(_stopping.Token)));
        try
        {
            // Neither ends before the stop unless it fails. A worker that cannot be kept running ends the host.
            var ended = await Task.WhenAny(listeners, _worker!.Completion);
            await ended;
        }
        catch
        {
            await _cancelling.CancelAsync();
            throw;
        }
        finally
        {
            await _stopping.CancelAsync();
            await listeners.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
