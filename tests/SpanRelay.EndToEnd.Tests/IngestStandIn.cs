using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Answers as an OTLP/HTTP receiver does, with the statuses it is told, in turn.</summary>
internal sealed class IngestStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;

    private IngestStandIn(WebApplication app) => _app = app;

    public ConcurrentQueue<(string? Key, string? ContentType, byte[] Body)> Requests { get; } = new();

    public string Address => $"{_app.Urls.First()}/v1/traces";

    /// <param name="statuses">The last one is that of all further requests.</param>
    /// <param name="response">Of those that are answered with 200.</param>
    public static async Task<IngestStandIn> StartAsync(int[] statuses, ExportTraceServiceResponse response, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var standIn = new IngestStandIn(app);
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            standIn.Requests.Enqueue((context.Request.Headers["x-functions-key"], context.Request.ContentType, body.ToArray()));
            context.Response.StatusCode = statuses[Math.Min(standIn.Requests.Count, statuses.Length) - 1];
            if (context.Response.StatusCode == StatusCodes.Status200OK)
                await context.Response.Body.WriteAsync(response.ToByteArray(), context.RequestAborted);
        });
        await app.StartAsync(cancellationToken);
        return standIn;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
