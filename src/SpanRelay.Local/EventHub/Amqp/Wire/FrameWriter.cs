using System.Buffers.Binary;
using Amqp;
using Amqp.Types;

namespace SpanRelay.Local.EventHub.Amqp.Wire;

/// <summary>Writes whole frames, one after the other. A peer that does not read makes the writer wait: nothing is queued.</summary>
internal sealed class FrameWriter(Stream stream) : IDisposable
{
    private const int HeaderBytes = 8;
    private const int PerformativeBytes = 256;

    private readonly SemaphoreSlim _turn = new(1, 1);

    public async Task WriteProtocolHeaderAsync(ReadOnlyMemory<byte> header, CancellationToken cancellationToken) =>
        await stream.WriteAsync(header, cancellationToken);

    public Task WriteSaslAsync(DescribedList performative, CancellationToken cancellationToken) =>
        WriteAsync(1, 0, () => performative, default, cancellationToken);

    public Task WriteAsync(ushort channel, DescribedList performative, CancellationToken cancellationToken) =>
        WriteAsync(0, channel, () => performative, default, cancellationToken);

    /// <param name="channel">The session's.</param>
    /// <param name="create">Called when it is this frame's turn, to number it in the order of writing.</param>
    /// <param name="payload">Part of a message.</param>
    /// <param name="cancellationToken">Leaves a frame cut off: the connection must end.</param>
    public Task WriteAsync(ushort channel, Func<DescribedList> create, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        WriteAsync(0, channel, create, payload, cancellationToken);

    public Task WriteHeartbeatAsync(CancellationToken cancellationToken) => WriteAsync(0, 0, null, default, cancellationToken);

    public void Dispose() => _turn.Dispose();

    private async Task WriteAsync(byte type, ushort channel, Func<DescribedList>? create, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await stream.WriteAsync(Encode(type, channel, create?.Invoke(), payload), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static ReadOnlyMemory<byte> Encode(byte type, ushort channel, DescribedList? performative, ReadOnlyMemory<byte> payload)
    {
        var buffer = new ByteBuffer(HeaderBytes + PerformativeBytes + payload.Length, autoGrow: true);
        buffer.Append(HeaderBytes);
        performative?.Encode(buffer);
        buffer.ValidateWrite(payload.Length);
        payload.CopyTo(buffer.Buffer.AsMemory(buffer.WritePos));
        buffer.Append(payload.Length);
        var frame = buffer.Buffer.AsMemory(buffer.Offset, buffer.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.Span, frame.Length);
        frame.Span[4] = HeaderBytes / 4;
        frame.Span[5] = type;
        BinaryPrimitives.WriteUInt16BigEndian(frame.Span[6..], channel);
        return frame;
    }
}
