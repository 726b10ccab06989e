using SpanRelay.Fakes;
using SpanRelay.Local.Host.Functions;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.Local.Host.Http;

/// <summary>Where a function is reached, how, and by whom: open while its host runs.</summary>
internal sealed class HttpRoute : IListener
{
    private readonly Lock _lock = new();
    private readonly Signal _left = new();
    private readonly FunctionDefinition _definition;
    private readonly HostContext _context;
    private bool _isOpen;
    private int _running;

    private HttpRoute(string path, FunctionDefinition definition, HostContext context) => (Path, _definition, _context) = (path, definition, context);

    /// <summary>With a leading slash and no trailing one.</summary>
    public string Path { get; }

    /// <summary>The binding's authLevel.</summary>
    public string Level => _definition.Trigger.Optional("authLevel") ?? "function";

    /// <exception cref="LocalSystemException">The route has a parameter.</exception>
    public static HttpRoute Create(FunctionDefinition definition, HostContext context)
    {
        var template = (definition.Trigger.Optional("route") ?? definition.Name).Trim('/');
        if (template.Contains('{', StringComparison.Ordinal))
            throw new LocalSystemException($"{definition.Name}: the route \"{template}\" has a parameter; only fixed routes are supported on one machine.");
        var parts = new[] { context.Configuration.RoutePrefix, template }.Where(part => part.Length > 0);
        return new HttpRoute("/" + string.Join('/', parts), definition, context);
    }

    /// <summary>How many requests the host handles at once, over all functions; it answers 429 to others.</summary>
    public int MaxOutstandingRequests => _context.Configuration.ExtensionNumber("http", "maxOutstandingRequests", int.MaxValue);

    public bool Allows(string method) =>
        _definition.Trigger.Texts("methods") is var methods && (methods.Count == 0 || methods.Contains(method, StringComparer.OrdinalIgnoreCase));

    public async Task RunAsync(CancellationToken stopping)
    {
        lock (_lock) _isOpen = true;
        await Task.Delay(Timeout.InfiniteTimeSpan, _context.TimeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock) _isOpen = false;
        await WhenIdleAsync(CancellationToken.None);
    }

    public Task WhenIdleAsync(CancellationToken cancellationToken) => _left.WhenAsync(IsIdle, cancellationToken);

    /// <summary>Invokes the function. It is cancelled when the caller disconnects or the host stops.</summary>
    /// <returns>Null if the host is not running.</returns>
    public async Task<InvocationResult?> InvokeAsync(RpcHttp request, CancellationToken aborted)
    {
        if (!TryEnter()) return null;
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, _context.Cancelling);
            return await InvokeCoreAsync(request, either.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            Leave();
        }
    }

    private async Task<InvocationResult> InvokeCoreAsync(RpcHttp http, CancellationToken cancellationToken)
    {
        var request = new InvocationRequest { InvocationId = Guid.NewGuid().ToString(), FunctionId = _definition.Id, TraceContext = new RpcTraceContext() };
        request.InputData.Add(new ParameterBinding { Name = _definition.Trigger.Name, Data = new TypedData { Http = http } });
        var result = await _context.Invoker.InvokeAsync(_definition.Name, request, cancellationToken);
        _context.Report(new InvocationOutcome
        {
            FunctionName = _definition.Name,
            InvocationId = request.InvocationId,
            EventCount = 1,
            Reason = result.Reason,
            Status = HttpAnswer.StatusOf(result),
            Logs = result.Logs,
        });
        return result;
    }

    private bool TryEnter()
    {
        lock (_lock)
        {
            if (_isOpen) _running++;
            return _isOpen;
        }
    }

    private void Leave()
    {
        lock (_lock) _running--;
        _left.Raise();
    }

    private bool IsIdle()
    {
        lock (_lock) return _running == 0;
    }
}
