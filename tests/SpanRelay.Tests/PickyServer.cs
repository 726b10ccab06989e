using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SpanRelay.DeadLetters;

namespace SpanRelay.Tests;

/// <summary>Takes every export but those whose bytes it dislikes, which it answers with 400.</summary>
internal sealed class PickyServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PickyServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public static async Task<PickyServer> StartAsync(Func<byte[], bool> dislikes, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await using (var gzip = new GZipStream(context.Request.Body, CompressionMode.Decompress))
                await gzip.CopyToAsync(body, context.RequestAborted);
            if (!dislikes(body.ToArray()))
                return;

            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("no poison here", context.RequestAborted);
        });
        await app.StartAsync(cancellationToken);
        return new PickyServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
