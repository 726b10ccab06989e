using System.Security.Cryptography;
using System.Text;
using SpanRelay.Local.Host.Functions;

namespace SpanRelay.Local.Host.Http;

/// <summary>Invokes functions with the HTTP requests at their routes, for callers with the right key. Outlives the hosts that use it.</summary>
public sealed class HttpTrigger : ITrigger, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<HttpRoute> _routes = [];
    private HttpGateway? _gateway;
    private int _outstanding;

    private HttpTrigger()
    {
    }

    /// <summary>Where the functions are.</summary>
    public Uri Address => _gateway!.Address;

    /// <summary>For functions of any level, and for the host's own admin address. A credential.</summary>
    public string MasterKey { get; } = RandomNumberGenerator.GetHexString(40, lowercase: true);

    /// <summary>For functions of the level function. A credential.</summary>
    public string FunctionKey { get; } = RandomNumberGenerator.GetHexString(40, lowercase: true);

    string ITrigger.BindingType => "httpTrigger";

    IReadOnlyCollection<string> ITrigger.CompanionTypes => ["http"];

    /// <summary>Answers <c>POST /admin/functions/{name}</c>; false if no function of that name can be invoked manually.</summary>
    internal Func<string, bool> InvokeNow { get; set; } = _ => false;

    /// <exception cref="LocalSystemException">It cannot listen.</exception>
    public static async Task<HttpTrigger> StartAsync(CancellationToken cancellationToken)
    {
        var trigger = new HttpTrigger();
        trigger._gateway = await HttpGateway.StartAsync(trigger, cancellationToken);
        return trigger;
    }

    IListener ITrigger.CreateListener(FunctionDefinition definition, HostContext context)
    {
        var route = HttpRoute.Create(definition, context);
        lock (_lock) _routes.Add(route);
        return route;
    }

    /// <summary>Stops listening.</summary>
    public ValueTask DisposeAsync() => _gateway?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal HttpRoute? Find(string path)
    {
        // Of several hosts with the same route, the newest gets the request.
        lock (_lock) return _routes.FindLast(route => string.Equals(route.Path, path.TrimEnd('/'), StringComparison.OrdinalIgnoreCase));
    }

    /// <param name="level">As a binding's authLevel.</param>
    /// <param name="key">What the caller sent, or nothing.</param>
    internal bool IsAuthorized(string level, string key) => level.ToLowerInvariant() switch
    {
        "anonymous" => true,
        "admin" => IsSame(key, MasterKey),
        _ => IsSame(key, MasterKey) || IsSame(key, FunctionKey),
    };

    /// <summary>Counts a request in, unless too many are being answered already.</summary>
    internal bool TryEnter(int maxOutstanding)
    {
        lock (_lock) return _outstanding < maxOutstanding && ++_outstanding > 0;
    }

    internal void Leave()
    {
        lock (_lock) _outstanding--;
    }

    private static bool IsSame(string key, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(expected));
}
