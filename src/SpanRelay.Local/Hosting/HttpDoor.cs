using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes;

namespace SpanRelay.Local.Hosting;

/// <summary>The host's HTTP address: checks route, method and key, and hands the request on as it came.</summary>
internal sealed class HttpDoor : IAsyncDisposable
{
    private const string KeyHeader = "x-functions-key";
    private const string InvocationHeader = "X-Azure-Functions-InvocationId";

    // Those of one hop, and those that are the host's own.
    private static readonly HashSet<string> NotHandedOn = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Transfer-Encoding", "Content-Length", "Expect", "Upgrade",
        "TE", "Trailer", KeyHeader, InvocationHeader,
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
        door._server = await LoopbackServer.StartAsync(door.AnswerAsync, 0, null, cancellationToken);
        return door;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
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
        else if (!route.TryEnter())
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        else
            await InvokeAsync(route, context);
    }

    private async Task InvokeAsync(HttpRoute route, HttpContext context)
    {
        try
        {
            var started = route.Context.TimeProvider.GetTimestamp();
            var reply = await ForwardAsync(route, context);
            if (reply.Status is null && context.Response.HasStarted)
                context.Abort();
            else if (reply.Status is null)
                context.Response.StatusCode = StatusCodes.Status502BadGateway;
            route.Context.Report(new InvocationOutcome
            {
                FunctionName = route.Function,
                EventCount = 1,
                Reply = reply,
                Duration = route.Context.TimeProvider.GetElapsedTime(started),
            });
        }
        finally
        {
            route.Leave();
        }
    }

    private async Task<InvocationReply> ForwardAsync(HttpRoute route, HttpContext context)
    {
        var patience = route.Context.Configuration.FunctionTimeout;
        using var timeout = new CancellationTokenSource(patience, route.Context.TimeProvider);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted);
        Uri? handler = null;
        try
        {
            handler = await route.Context.Invoker.WhenReadyAsync(end.Token);
            using var request = CreateRequest(handler, context);
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end.Token);
            await CopyAsync(answer, context.Response, end.Token);
            var status = (int)answer.StatusCode;
            return status < 500
                ? new InvocationReply(InvocationVerdict.Succeeded, status, [], "")
                : InvocationReply.Failed(status, $"The handler answered with status {status}.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return InvocationReply.Failed(null, $"The connection to the handler broke: {exception.Message}");
        }
        catch (LocalSystemException exception)
        {
            return InvocationReply.Failed(null, exception.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return InvocationReply.Failed(null, "The caller went away before the handler replied.");
        }
        catch (OperationCanceledException)
        {
            if (handler is not null) route.Context.Invoker.Restart(handler);
            return InvocationReply.Failed(null, $"The invocation did not end within {patience} (functionTimeout in host.json); the handler was killed.");
        }
    }

    private static HttpRequestMessage CreateRequest(Uri handler, HttpContext context)
    {
        var original = context.Request;
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;
        var request = new HttpRequestMessage(new HttpMethod(original.Method), new Uri(handler, original.GetEncodedPathAndQuery()))
        {
            Content = hasBody ? new StreamContent(original.Body) : null,
        };
        var ofThisHop = original.Headers.GetCommaSeparatedValues("Connection");
        foreach (var (name, value) in original.Headers)
        {
            if (NotHandedOn.Contains(name) || ofThisHop.Contains(name, StringComparer.OrdinalIgnoreCase))
                continue;
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value))
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
        }

        Invoker.AddInvocationHeaders(request);
        return request;
    }

    private static async Task CopyAsync(HttpResponseMessage answer, HttpResponse response, CancellationToken cancellationToken)
    {
        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !NotHandedOn.Contains(header.Key)))
            response.Headers[name] = values.ToArray();
        await answer.Content.CopyToAsync(response.Body, cancellationToken);
    }
}
