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
        trigger._door = await HttpDoor.StartAsync(trigger.Find, trigger.Lets, cancellationToken);
        return trigger;
    }

    /// <inheritdoc/>
    public IListener CreateListener(FunctionDefinition definition, HostContext context)
    {
        var binding = definition.Trigger;
        if (!context.Configuration.ForwardsHttpRequests)
            throw new LocalSystemException($"{binding.File}: only with \"enableForwardingHttpRequest\": true in host.json can it be run on one machine.");

        var template = (binding.Optional("route") ?? definition.Name).Trim('/');
        if (template.Contains('{', StringComparison.Ordinal))
            throw new LocalSystemException($"{binding.File}: the route \"{template}\" has a parameter; only fixed routes can be run on one machine.");

        var route = new HttpRoute(
            "/" + string.Join('/', new[] { context.Configuration.RoutePrefix, template }.Where(part => part.Length > 0)),
            binding.Texts("methods"),
            binding.Optional("authLevel") ?? "function",
            definition.Name,
            context);
        lock (_lock) _routes.Add(route);
        return route;
    }

    /// <summary>Stops listening.</summary>
    public ValueTask DisposeAsync() => _door?.DisposeAsync() ?? ValueTask.CompletedTask;

    private HttpRoute? Find(string path)
    {
        // The last of a path is that of the newest host.
        lock (_lock) return _routes.FindLast(route => string.Equals(route.Path, path.TrimEnd('/'), StringComparison.OrdinalIgnoreCase));
    }

    private bool Lets(HttpRoute route, string key) => route.Level.ToLowerInvariant() switch
    {
        "anonymous" => true,
        "admin" => key == MasterKey,
        _ => key == MasterKey || key == FunctionKey,
    };
}
