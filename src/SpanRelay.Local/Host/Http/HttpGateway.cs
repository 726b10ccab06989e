using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes;

namespace SpanRelay.Local.Host.Http;

/// <summary>The host's HTTP address: checks route, method and key, invokes the function and answers. Also the admin address.</summary>
internal sealed class HttpGateway : IAsyncDisposable
{
    /// <summary>The Functions host's limit of a request body.</summary>
    public const int MaxBodyBytes = 104_857_600;

    private const string KeyHeader = "x-functions-key";
    private const string AdminPath = "/admin/functions/";

    /// <summary>Kestrel's default, which the Functions host keeps: a body that is slower ends with 408.</summary>
    private static readonly MinDataRate SlowestBody = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    private readonly HttpTrigger _trigger;
    private LoopbackServer? _server;

    private HttpGateway(HttpTrigger trigger) => _trigger = trigger;

    public Uri Address => _server!.Address;

    public static async Task<HttpGateway> StartAsync(HttpTrigger trigger, CancellationToken cancellationToken)
    {
        var gateway = new HttpGateway(trigger);
        gateway._server = await LoopbackServer.StartAsync(gateway.AnswerAsync, 0, null, cancellationToken);
        return gateway;
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Task AnswerAsync(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/admin", StringComparison.OrdinalIgnoreCase) ? AnswerAdminAsync(context) : AnswerFunctionAsync(context);

    private async Task AnswerFunctionAsync(HttpContext context)
    {
        var route = _trigger.Find(context.Request.Path);
        if (route is null)
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        else if (!route.Allows(context.Request.Method))
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        else if (!_trigger.IsAuthorized(route.Level, KeyOf(context.Request)))
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        else
            await InvokeAsync(route, context);
    }

    private async Task InvokeAsync(HttpRoute route, HttpContext context)
    {
        if (!_trigger.TryEnter(route.MaxOutstandingRequests))
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        try
        {
            await InvokeCoreAsync(route, context);
        }
        finally
        {
            _trigger.Leave();
        }
    }

    private static async Task InvokeCoreAsync(HttpRoute route, HttpContext context)
    {
        context.Features.GetRequiredFeature<IHttpMinRequestBodyDataRateFeature>().MinDataRate = SlowestBody;
        var body = await BoundedBody.ReadAsync(context.Request.Body, MaxBodyBytes, context.RequestAborted);
        if (!body.IsWhole)
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        else if (await route.InvokeAsync(HttpCall.From(context.Request, body.Bytes), context.RequestAborted) is { } result)
            await HttpAnswer.WriteAsync(result, context.Response, context.RequestAborted);
        else
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
    }

    private Task AnswerAdminAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (!_trigger.IsAuthorized("admin", KeyOf(context.Request)))
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        else if (!path.StartsWith(AdminPath, StringComparison.OrdinalIgnoreCase))
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        else if (!HttpMethods.IsPost(context.Request.Method))
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        else
            context.Response.StatusCode = _trigger.InvokeNow(path[AdminPath.Length..].TrimEnd('/')) ? StatusCodes.Status202Accepted : StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static string KeyOf(HttpRequest request) =>
        request.Headers[KeyHeader].FirstOrDefault() ?? request.Query["code"].FirstOrDefault() ?? "";
}
