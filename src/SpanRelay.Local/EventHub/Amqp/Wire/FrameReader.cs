using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace SpanRelay.Local.EventHub.Amqp.Wire;

/// <summary>Reads protocol headers and frames. Holds one frame at most.</summary>
internal sealed class FrameReader(Stream stream)
{
    private const int HeaderBytes = 8;

    private readonly PipeReader _pipe = PipeReader.Create(stream);

    /// <returns>Eight bytes; null when the peer closed before.</returns>
    public async Task<byte[]?> ReadProtocolHeaderAsync(CancellationToken cancellationToken) => await TakeAsync(HeaderBytes, cancellationToken);

    public async Task<FrameRead> ReadAsync(CancellationToken cancellationToken)
    {
        if (await PeekSizeAsync(cancellationToken) is not { } size) return FrameRead.Closed;
        if (size is < HeaderBytes or > AmqpLimits.MaxFrameBytes) return FrameRead.Malformed($"A frame of {size} bytes is not between {HeaderBytes} and {AmqpLimits.MaxFrameBytes}.");
        return await TakeAsync((int)size, cancellationToken) is { } bytes ? Decode(bytes) : FrameRead.Closed;
    }

    private async Task<uint?> PeekSizeAsync(CancellationToken cancellationToken)
    {
        var result = await _pipe.ReadAtLeastAsync(HeaderBytes, cancellationToken);
        uint? size = result.Buffer.Length < HeaderBytes ? null : BinaryPrimitives.ReadUInt32BigEndian(result.Buffer.Slice(0, sizeof(uint)).ToArray());
        _pipe.AdvanceTo(result.Buffer.Start);
        return size;
    }

    private async Task<byte[]?> TakeAsync(int count, CancellationToken cancellationToken)
    {
        var result = await _pipe.ReadAtLeastAsync(count, cancellationToken);
        if (result.Buffer.Length < count)
        {
            _pipe.AdvanceTo(result.Buffer.End);
            return null;
        }

        var bytes = result.Buffer.Slice(0, count).ToArray();
        _pipe.AdvanceTo(result.Buffer.GetPosition(count));
        return bytes;
    }

    private static FrameRead Decode(byte[] bytes)
    {
        var start = bytes[4] * 4;
        if (start < HeaderBytes || start > bytes.Length) return FrameRead.Malformed("A frame's data offset is invalid.");
        var channel = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(6));
        if (start == bytes.Length) return new FrameRead(new AmqpFrame(channel, null, default), null);
        var length = WireValue.Measure(bytes.AsSpan(start));
        return length > 0 && TryDecode(bytes, start, length) is { } performative
            ? new FrameRead(new AmqpFrame(channel, performative, bytes.AsMemory(start + length)), null)
            : FrameRead.Malformed("A frame holds no AMQP performative.");
    }

    private static DescribedList? TryDecode(byte[] bytes, int start, int length)
    {
        try
        {
            _ = new Open(); // The types of frames are registered by the first that is created.
            var buffer = new ByteBuffer(bytes, start, length, length);
            return Encoder.ReadObject(buffer) as DescribedList;
        }
        catch (Exception)
        {
            // AMQPNetLite throws several types of exceptions for malformed bytes: AmqpException, InvalidCastException and others.
            return null;
        }
    }
}
