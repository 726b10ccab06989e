using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SpanRelay.Local.EventHub.Amqp.Entities;
using SpanRelay.Local.EventHub.Amqp.Sessions;

namespace SpanRelay.Local.EventHub.Amqp;

/// <summary>A hub's AMQP endpoint on 127.0.0.1, without TLS.</summary>
internal sealed class AmqpListener : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly Socket _socket;
    private readonly HubEntities _entities;
    private readonly Task _accepting;

    private AmqpListener(Socket socket, HubEntities entities)
    {
        _socket = socket;
        _entities = entities;
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Limits the memory of messages that have not arrived completely.</summary>
    public BufferBudget Budget { get; } = new(AmqpLimits.MaxBufferedBytes);

    /// <summary>Open at the moment.</summary>
    public int ConnectionCount => _connections.Count;

    /// <exception cref="LocalSystemException">The port is taken.</exception>
    public static AmqpListener Start(HubEntities entities, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(AmqpLimits.MaxConnections);
            return new AmqpListener(socket, entities);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new LocalSystemException(
                $"Port {port} on 127.0.0.1 cannot be listened on for AMQP: {exception.Message} Choose another port, or 0 for a free one.", exception);
        }
    }

    /// <summary>Closes every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _socket.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_connections.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            if (await AcceptOneAsync() is not { } client) continue;
            if (_connections.Count < AmqpLimits.MaxConnections)
                Track(ServeAsync(client));
            else
                client.Dispose();
        }
    }

    /// <returns>Null when a client was gone again before it was accepted.</returns>
    private async Task<Socket?> AcceptOneAsync()
    {
        try
        {
            return await _socket.AcceptAsync(_stopping.Token);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private void Track(Task connection)
    {
        _connections[connection] = true;
        connection.ContinueWith(ended => _connections.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task ServeAsync(Socket client)
    {
        await Task.Yield();
        client.NoDelay = true;
        await using var stream = new NetworkStream(client, ownsSocket: true);
        using var connection = new AmqpConnection(stream, _entities.ForConnection(), Budget, _stopping.Token);
        try
        {
            await connection.RunAsync();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone, took too long to open, or the hub closes.
        }
    }
}
