using System.Net;
using System.Net.Sockets;
using Amqp.Framing;
using Amqp.Types;
using SpanRelay.Local.EventHub.Amqp.Wire;

namespace SpanRelay.Tests.Local.EventHub.Amqp;

/// <summary>Speaks AMQP without any manners.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly byte[] Header = [.. "AMQP"u8, 0, 1, 0, 0];

    private readonly TcpClient _tcp = new();
    private FrameReader? _reader;
    private FrameWriter? _writer;

    public NetworkStream Stream => _tcp.GetStream();

    public static async Task<RawClient> ConnectAsync(RunningHub running, CancellationToken cancellationToken)
    {
        var client = new RawClient();
        await client._tcp.ConnectAsync(IPAddress.Loopback, running.Door.Amqp.Port, cancellationToken);
        client._reader = new FrameReader(client.Stream);
        client._writer = new FrameWriter(client.Stream);
        return client;
    }

    /// <summary>A connection with a session.</summary>
    public static async Task<RawClient> OpenAsync(RunningHub running, CancellationToken cancellationToken)
    {
        var client = await ConnectAsync(running, cancellationToken);
        await client.Stream.WriteAsync(Header, cancellationToken);
        Assert.Equal(Header, await client._reader!.ReadProtocolHeaderAsync(cancellationToken));
        await client.WriteAsync(new Open { ContainerId = "raw" }, cancellationToken);
        await client.BeginAsync(0, cancellationToken);
        return client;
    }

    public Task BeginAsync(ushort channel, CancellationToken cancellationToken) =>
        WriteAsync(new Begin { IncomingWindow = 100, OutgoingWindow = 100, NextOutgoingId = 0 }, cancellationToken, channel);

    /// <summary>A link to send on; $cbs is there for everybody.</summary>
    public Task AttachSenderAsync(uint handle, CancellationToken cancellationToken, ushort channel = 0) => WriteAsync(
        new Attach { LinkName = $"{channel}-{handle}", Handle = handle, Role = false, Source = new Source(), Target = new Target { Address = "$cbs" }, InitialDeliveryCount = 0 },
        cancellationToken,
        channel);

    public Task WriteAsync(DescribedList performative, CancellationToken cancellationToken, ushort channel = 0) =>
        _writer!.WriteAsync(channel, performative, cancellationToken);

    public Task TransferAsync(uint delivery, int bytes, bool more, CancellationToken cancellationToken) => _writer!.WriteAsync(
        0,
        () => new Transfer { Handle = 0, DeliveryId = delivery, DeliveryTag = [1], MessageFormat = 0, More = more },
        new byte[bytes],
        cancellationToken);

    /// <summary>Skips frames of other kinds.</summary>
    public async Task<T> ReadAsync<T>(CancellationToken cancellationToken)
        where T : DescribedList
    {
        while (true)
        {
            var read = await _reader!.ReadAsync(cancellationToken);
            Assert.NotNull(read.Frame);
            if (read.Frame.Performative is T expected) return expected;
        }
    }

    /// <summary>Completes when the hub has closed the connection.</summary>
    public async Task WhenClosedAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[1024];
        try
        {
            while (await Stream.ReadAsync(buffer, cancellationToken) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Closed with bytes that nobody had read.
        }
    }

    public void Dispose()
    {
        _writer?.Dispose();
        _tcp.Dispose();
    }
}
