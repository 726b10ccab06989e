using Grpc.Core;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.Local.Host.Worker;

/// <summary>The gRPC service that workers connect to. A stream belongs to a worker once the worker has sent its id.</summary>
internal sealed class WorkerService(WorkerArrivals arrivals) : FunctionRpc.FunctionRpcBase
{
    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        var connection = new WorkerConnection(requestStream, responseStream);
        if (await ReadWorkerIdAsync(connection, context.CancellationToken) is not { } workerId) return;
        if (!arrivals.TryAnnounce(workerId, connection))
            throw new Grpc.Core.RpcException(new Status(StatusCode.PermissionDenied, "No worker of that id is expected."));
        await connection.WriteAllAsync(context.CancellationToken);
    }

    /// <summary>Messages before the worker's id are ignored, as the Functions host ignores them.</summary>
    private static async Task<string?> ReadWorkerIdAsync(WorkerConnection connection, CancellationToken cancellationToken)
    {
        while (await connection.ReadAsync(cancellationToken) is { } message)
        {
            if (message.ContentCase == StreamingMessage.ContentOneofCase.StartStream) return message.StartStream.WorkerId;
        }

        return null;
    }
}
