using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpanRelay.Fakes;

namespace SpanRelay.Local.Host.Worker;

/// <summary>The host's gRPC server: HTTP/2 without TLS on a free port of 127.0.0.1, without a limit on messages.</summary>
internal sealed class WorkerServer : IAsyncDisposable
{
    private readonly LoopbackServer _server;

    private WorkerServer(LoopbackServer server, WorkerArrivals arrivals) => (_server, Arrivals) = (server, arrivals);

    public Uri Address => _server.Address;

    public WorkerArrivals Arrivals { get; }

    public static async Task<WorkerServer> StartAsync(ILoggerFactory? loggerFactory, CancellationToken cancellationToken)
    {
        var arrivals = new WorkerArrivals();
        var server = await LoopbackServer.StartAsync(
            HttpProtocols.Http2,
            services =>
            {
                services.AddSingleton(arrivals);
                services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = grpc.MaxSendMessageSize = null);
            },
            application => application.MapGrpcService<WorkerService>(),
            loggerFactory,
            cancellationToken);
        return new WorkerServer(server, arrivals);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
