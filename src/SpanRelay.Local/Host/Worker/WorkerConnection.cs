using System.Threading.Channels;
using Grpc.Core;
using SpanRelay.DeadLetters;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.Local.Host.Worker;

/// <summary>One worker's stream: messages leave in the order in which they were sent. It ends when the stream breaks or the host closes it.</summary>
internal sealed class WorkerConnection(IAsyncStreamReader<StreamingMessage> reader, IServerStreamWriter<StreamingMessage> writer)
{
    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Writes what is sent, until the host closes the connection or the stream breaks.</summary>
    public async Task WriteAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken)) await writer.WriteAsync(message, cancellationToken);
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            Close();
        }
    }

    /// <returns>Null if the worker is gone.</returns>
    public async Task<StreamingMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await reader.MoveNext(cancellationToken) ? reader.Current : null;
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            return null;
        }
    }

    /// <summary>Does nothing when the worker is gone.</summary>
    public void Send(StreamingMessage message) => _outgoing.Writer.TryWrite(message);

    public void Close() => _outgoing.Writer.TryComplete();

    // gRPC throws different exceptions when a stream is reset, aborted, or its call has completed.
    private static bool IsBroken(Exception exception) =>
        exception is IOException or Grpc.Core.RpcException or InvalidOperationException or OperationCanceledException;
}
