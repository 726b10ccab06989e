using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpanRelay.Dynatrace;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Stands between the function app and one service of its storage account, and tells of each request before and after it is done.</summary>
internal sealed class StorageProxy : IAsyncDisposable
{
    private static readonly HashSet<string> OfOneHop = new(StringComparer.OrdinalIgnoreCase) { "Host", "Connection", "Content-Length", "Transfer-Encoding", "Keep-Alive", "Expect" };

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private readonly WebApplication _server;
    private readonly Uri _service;

    private StorageProxy(Uri service)
    {
        _service = service;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        _server = builder.Build();
        _server.Run(ForwardAsync);
    }

    /// <summary>Called with what a request does, before it is forwarded and after it was done, before the answer.</summary>
    public Action<StorageRequest>? OnRequest { get; set; }

    /// <summary>What happens to a request in place of being forwarded; null where it is forwarded.</summary>
    public Func<StorageRequest, StorageFault?>? Fault { get; set; }

    public Uri Address { get; private set; } = null!;

    public static async Task<StorageProxy> StartAsync(Uri service, CancellationToken cancellationToken)
    {
        var proxy = new StorageProxy(service);
        await proxy._server.StartAsync(cancellationToken);
        proxy.Address = new Uri(proxy._server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _server.StopAsync(now.Token);
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        try
        {
            if (Fault?.Invoke(new StorageRequest(context.Request.Method, context.Request.Path, IsDone: false)) is { } fault)
            {
                await fault.HappenAsync(context);
                return;
            }

            var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_service, target)) { Content = new StreamContent(context.Request.Body) };
            request.Content.Headers.ContentLength = context.Request.ContentLength ?? 0;
            foreach (var (name, value) in context.Request.Headers.Where(header => !OfOneHop.Contains(header.Key)))
            {
                if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value))
                    request.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
            }

            OnRequest?.Invoke(new StorageRequest(context.Request.Method, context.Request.Path, IsDone: false));
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            OnRequest?.Invoke(new StorageRequest(context.Request.Method, context.Request.Path, IsDone: true));
            context.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !OfOneHop.Contains(header.Key)))
                context.Response.Headers[name] = values.ToArray();
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException)
        {
            context.Abort(); // The function app was killed, or the account is away.
        }
    }
}

/// <summary>A request to the storage account.</summary>
/// <param name="IsDone">False before the account has seen it, true when it has done it.</param>
internal sealed record StorageRequest(string Method, string Path, bool IsDone)
{
    public bool WritesPayload => Method == "PUT" && (Path.Contains("/quarantine/", StringComparison.Ordinal) || Path.EndsWith(".otlp.gz", StringComparison.Ordinal));

    public bool WritesMessage => Method == "POST" && Path.EndsWith("/dead-letters/messages", StringComparison.Ordinal);

    public bool ReadsPayload => Method == "GET" && (Path.Contains("/quarantine/", StringComparison.Ordinal) || Path.EndsWith(".otlp.gz", StringComparison.Ordinal));

    public bool WritesRecord => Method == "PUT" && Path.EndsWith(".json", StringComparison.Ordinal);
}
