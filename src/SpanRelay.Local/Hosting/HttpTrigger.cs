using System.Security.Cryptography;

namespace SpanRelay.Local.Hosting;

/// <summary>Forwards HTTP requests to functions at their routes, for whoever has the key.</summary>
public sealed class HttpTrigger : ITrigger, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<HttpRoute> _routes = [];
    private HttpDoor? _door;

    private HttpTrigger()
    {
    }

    /// <inheritdoc/>
    public string BindingType => "httpTrigger";

    /// <inheritdoc/>
    public IReadOnlyCollection<string> CompanionTypes => ["http"];

    /// <summary>Where the functions are.</summary>
    public Uri Address => _door!.Address;

    /// <summary>For functions of any level, admin among them. A credential.</summary>
    public string MasterKey { get; } = RandomNumberGenerator.GetHexString(40, lowercase: true);

    /// <summary>For functions of the level function. A credential.</summary>
    public string FunctionKey { get; } = RandomNumberGenerator.GetHexString(40, lowercase: true);

    /// <exception cref="LocalSystemException">It cannot listen.</exception>
    public static async Task<HttpTrigger> StartAsync(CancellationToken cancellationToken)
    {
        var trigger = new HttpTrigger();
        trigger._door = await HttpDoor.StartAsync(trigger.Find, trigger.Lets, cancellationToken).ConfigureAwait(false);
        return trigger;
    }

    /// <inheritdoc/>
    public IListener CreateListener(FunctionDefinition definition, HostContext context)
    {
        var binding = definition.Trigger;
        if (!context.Configuration.ForwardsHttpRequests)
            throw new LocalSystemException($"{binding.File}: only with \"enableForwardingHttpRequest\": true in host.json can it be run on one machine.");

        var route = new HttpRoute(
            "/" + string.Join('/', new[] { context.Configuration.RoutePrefix, binding.Optional("route") ?? definition.Name }.Where(part => part.Length > 0)),
            binding.Texts("methods"),
            binding.Optional("authLevel") ?? "function",
            definition.Name,
            context);
        lock (_lock) _routes.Add(route);
        return new Idle();
    }

    public ValueTask DisposeAsync() => _door?.DisposeAsync() ?? ValueTask.CompletedTask;

    private HttpRoute? Find(string path)
    {
        lock (_lock) return _routes.Find(route => string.Equals(route.Path, path.TrimEnd('/'), StringComparison.OrdinalIgnoreCase));
    }

    private bool Lets(HttpRoute route, string key) => route.Level.ToLowerInvariant() switch
    {
        "anonymous" => true,
        "admin" => key == MasterKey,
        _ => key == MasterKey || key == FunctionKey,
    };

    /// <summary>The door listens for all of them.</summary>
    private sealed class Idle : IListener
    {
        public Task RunAsync(CancellationToken stopping) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);

        public Task WhenIdleAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>Where a function is reached, how, and by whom.</summary>
/// <param name="Methods">Empty for all.</param>
internal sealed record HttpRoute(string Path, IReadOnlyList<string> Methods, string Level, string Function, HostContext Context);
