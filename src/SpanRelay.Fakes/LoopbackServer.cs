using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SpanRelay.Fakes;

/// <summary>An HTTP server on 127.0.0.1 without a limit on bodies: one handler over HTTP/1.1, with or without TLS, or endpoints over what protocol they need.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private LoopbackServer(WebApplication application, Uri address)
    {
        _application = application;
        Address = address;
    }

    /// <summary><c>http://127.0.0.1:{port}</c>, or https with a certificate.</summary>
    public Uri Address { get; }

    /// <param name="handler">Answers every request, whatever its method and path.</param>
    /// <param name="port">0 takes a free one.</param>
    /// <param name="loggerFactory">Without one, nothing is logged.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="certificate">With one, the server speaks TLS only.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static Task<LoopbackServer> StartAsync(
        RequestDelegate handler, int port, ILoggerFactory? loggerFactory, CancellationToken cancellationToken, X509Certificate2? certificate = null)
    {
        var builder = CreateBuilder(port, HttpProtocols.Http1, loggerFactory, certificate);
        var application = builder.Build();
        application.Run(handler);
        return StartAsync(application, port, cancellationToken);
    }

    /// <param name="protocols">What is spoken, without TLS.</param>
    /// <param name="addServices">What the endpoints need.</param>
    /// <param name="map">Adds endpoints.</param>
    /// <param name="loggerFactory">Without one, nothing is logged.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static Task<LoopbackServer> StartAsync(
        HttpProtocols protocols, Action<IServiceCollection> addServices, Action<WebApplication> map, ILoggerFactory? loggerFactory, CancellationToken cancellationToken)
    {
        var builder = CreateBuilder(0, protocols, loggerFactory, null);
        addServices(builder.Services);
        var application = builder.Build();
        map(application);
        return StartAsync(application, 0, cancellationToken);
    }

    private static async Task<LoopbackServer> StartAsync(WebApplication application, int port, CancellationToken cancellationToken)
    {
        try
        {
            await application.StartAsync(cancellationToken);
            var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
            return new LoopbackServer(application, new Uri(addresses!.Addresses.Single()));
        }
        catch (Exception exception)
        {
            await application.DisposeAsync();
            if (exception is IOException or SocketException)
            {
                throw new IOException(
                    $"Port {port} on 127.0.0.1 cannot be listened on: {exception.Message} Choose another port, or 0 for a free one.", exception);
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Requests that still wait (for a fault's delay, for a hook) are aborted: the port must be free at once.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    private static WebApplicationBuilder CreateBuilder(int port, HttpProtocols protocols, ILoggerFactory? loggerFactory, X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        // Ignores an appsettings.json in the current folder and ASPNETCORE_URLS.
        ((IConfigurationBuilder)builder.Configuration).Sources.Clear();
        builder.Logging.ClearProviders();
        if (loggerFactory is not null)
            builder.Services.AddSingleton(loggerFactory);
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        if (certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = protocols;
                if (certificate is not null)
                    listen.UseHttps(certificate);
            });
        });
        return builder;
    }

    /// <summary>The owner disposes the server; the default lifetime would take Ctrl+C from the program it runs in.</summary>
    private sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
