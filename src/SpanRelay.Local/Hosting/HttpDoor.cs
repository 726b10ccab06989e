using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SpanRelay.Local.Hosting;

/// <summary>The host's HTTP address: checks route, method and key, and hands the request on as it came.</summary>
internal sealed class HttpDoor : IAsyncDisposable
{
    private const string KeyHeader = "x-functions-key";
    private static readonly HashSet<string> OfOneHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length", "Expect", "Upgrade", "TE", "Trailer", KeyHeader,
    };

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Func<string, HttpRoute?> _find;
    private readonly Func<HttpRoute, string, bool> _lets;
    private LoopbackServer? _server;

    private HttpDoor(Func<string, HttpRoute?> find, Func<HttpRoute, string, bool> lets) => (_find, _lets) = (find, lets);

    public Uri Address => _server!.Address;

    public static async Task<HttpDoor> StartAsync(Func<string, HttpRoute?> find, Func<HttpRoute, string, bool> lets, CancellationToken cancellationToken)
    {
        var door = new HttpDoor(find, lets);
        door._server = await LoopbackServer.StartAsync(door.AnswerAsync, 0, null, cancellationToken).ConfigureAwait(false);
        return door;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync().ConfigureAwait(false);
        _client.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var route = _find(context.Request.Path);
        var key = context.Request.Headers[KeyHeader].FirstOrDefault() ?? context.Request.Query["code"].FirstOrDefault() ?? "";
        if (route is null)
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        else if (route.Methods.Count > 0 && !route.Methods.Contains(context.Request.Method, StringComparer.OrdinalIgnoreCase))
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        else if (!_lets(route, key))
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        else
            await ForwardAsync(route, context).ConfigureAwait(false);
    }

    private async Task ForwardAsync(HttpRoute route, HttpContext context)
    {
        var started = route.Context.TimeProvider.GetTimestamp();
        var handler = await route.Context.Invoker.WhenReadyAsync(context.RequestAborted).ConfigureAwait(false);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(handler, target)) { Content = new StreamContent(context.Request.Body) };
        foreach (var (name, value) in context.Request.Headers.Where(header => !OfOneHop.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value))
                request.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
        }

        Invoker.AddInvocationHeaders(request);
        var status = StatusCodes.Status502BadGateway;
        try
        {
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted).ConfigureAwait(false);
            status = (int)answer.StatusCode;
            await CopyAsync(answer, context).ConfigureAwait(false);
        }
        catch (HttpRequestException)
        {
            context.Response.StatusCode = status; // The handler ended on the way.
        }

        route.Context.Report(new InvocationOutcome
        {
            FunctionName = route.Function,
            EventCount = 1,
            Reply = status < 500 ? new InvocationReply(InvocationVerdict.Succeeded, status, [], "") : InvocationReply.Failed(status, "The function failed."),
            Duration = route.Context.TimeProvider.GetElapsedTime(started),
        });
    }

    private static async Task CopyAsync(HttpResponseMessage answer, HttpContext context)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !OfOneHop.Contains(header.Key)))
            context.Response.Headers[name] = values.ToArray();
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
    }
}
