using System.Buffers.Binary;

namespace SpanRelay.Local.EventHub.Amqp.Wire;

/// <summary>
/// Measures an encoded AMQP value without decoding it. AMQPNetLite's decoder recurses as deep as its input says and allocates
/// arrays of the length it says: what anyone may send is measured first.
/// </summary>
internal static class WireValue
{
    private const int MaxDepth = 24;

    /// <returns>How many bytes the value at the start takes; 0 when it is malformed, cut off or nested too deeply.</returns>
    public static int Measure(ReadOnlySpan<byte> data) => Measure(data, MaxDepth);

    /// <summary>Reads the code of a described value, such as 0x75 of a data section.</summary>
    /// <param name="data">Begins with the described value.</param>
    /// <param name="code">The descriptor.</param>
    /// <param name="valueStart">Where the value after the descriptor begins.</param>
    /// <returns>False when it is not a described value with a numeric descriptor.</returns>
    public static bool TryReadDescriptor(ReadOnlySpan<byte> data, out ulong code, out int valueStart)
    {
        (code, valueStart) = data switch
        {
            [0x00, 0x53, var small, ..] => (small, 3),
            [0x00, 0x80, ..] when data.Length >= 10 => (BinaryPrimitives.ReadUInt64BigEndian(data[2..]), 10),
            _ => (0UL, 0),
        };
        return valueStart > 0;
    }

    private static int Measure(ReadOnlySpan<byte> data, int depth)
    {
        if (data.IsEmpty || depth == 0) return 0;
        if (data[0] == 0) return MeasureDescribed(data, depth);
        return (data[0] >> 4) switch
        {
            0x4 => 1,
            >= 0x5 and <= 0x9 => Within(data, 1 + FixedWidth(data[0])),
            0xA or 0xB => TryReadSize(data[1..], SizeWidth(data[0]), out var length) ? Within(data, 1L + SizeWidth(data[0]) + length) : 0,
            0xC or 0xD => MeasureCompound(data, depth),
            0xE or 0xF => MeasureArray(data),
            _ => 0,
        };
    }

    private static int MeasureDescribed(ReadOnlySpan<byte> data, int depth)
    {
        var descriptor = Measure(data[1..], depth - 1);
        if (descriptor == 0) return 0;
        var value = Measure(data[(1 + descriptor)..], depth - 1);
        return value == 0 ? 0 : 1 + descriptor + value;
    }

    private static int MeasureCompound(ReadOnlySpan<byte> data, int depth)
    {
        if (!TryReadCompound(data, out var items, out var count, out var total)) return 0;
        for (; count > 0; count--)
        {
            var item = Measure(items, depth - 1);
            if (item == 0) return 0;
            items = items[item..];
        }

        return items.IsEmpty ? total : 0;
    }

    /// <summary>Arrays of primitive values only: AMQP's own types and Event Hubs need no others.</summary>
    private static int MeasureArray(ReadOnlySpan<byte> data)
    {
        if (!TryReadCompound(data, out var items, out var count, out var total) || items.IsEmpty) return 0;
        var code = items[0];
        var elements = items[1..];
        if (code >> 4 is >= 0x4 and <= 0x9) return elements.Length == (long)count * FixedWidth(code) ? total : 0;
        if (code >> 4 is not (0xA or 0xB)) return 0;
        for (; count > 0; count--)
        {
            if (!TryReadSize(elements, SizeWidth(code), out var length) || elements.Length - SizeWidth(code) < length) return 0;
            elements = elements[(SizeWidth(code) + (int)length)..];
        }

        return elements.IsEmpty ? total : 0;
    }

    /// <summary>A count beyond the bytes there are is refused: a decoder reserves room for it.</summary>
    private static bool TryReadCompound(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> items, out uint count, out int total)
    {
        var width = SizeWidth(data[0]);
        items = default;
        (count, total) = (0, 0);
        if (!TryReadSize(data[1..], width, out var size) || size < width) return false;
        total = Within(data, 1L + width + size);
        if (total == 0 || !TryReadSize(data[(1 + width)..], width, out count)) return false;
        items = data[(1 + (2 * width))..total];
        return count <= size;
    }

    private static bool TryReadSize(ReadOnlySpan<byte> data, int width, out uint size)
    {
        size = 0;
        if (data.Length < width) return false;
        size = width == 1 ? data[0] : BinaryPrimitives.ReadUInt32BigEndian(data);
        return true;
    }

    private static int Within(ReadOnlySpan<byte> data, long length) => length <= data.Length ? (int)length : 0;

    private static int FixedWidth(byte code) => code >> 4 == 0x4 ? 0 : 1 << ((code >> 4) - 5);

    private static int SizeWidth(byte code) => (code >> 4) % 2 == 0 ? 1 : 4;
}
