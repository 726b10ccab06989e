using System.Buffers.Binary;

namespace SpanRelay.Otlp;

/// <summary>
/// Reads an encoded protobuf message one field at a time. Malformed input is an answer, never an exception: a field number
/// of zero, a group, a varint of over ten bytes, and whatever reaches past the end.
/// </summary>
public static class WireReader
{
    private const int LongestVarint = 10;

    /// <summary>Takes the first field off <paramref name="rest"/>, which must not be empty.</summary>
    /// <returns>False when the bytes are not a field; <paramref name="rest"/> is then of no further use.</returns>
    public static bool TryReadField(scoped ref ReadOnlySpan<byte> rest, out WireField field)
    {
        field = default;
        if (!TryReadVarint(ref rest, out var tag) || tag > uint.MaxValue || tag >> 3 == 0)
            return false;

        var number = (int)(tag >> 3);
        switch ((WireType)(tag & 7))
        {
            case WireType.Varint when TryReadVarint(ref rest, out var value):
                field = new WireField { Number = number, Type = WireType.Varint, Scalar = value };
                return true;

            case WireType.Fixed64 when BinaryPrimitives.TryReadUInt64LittleEndian(rest, out var value):
                rest = rest[sizeof(ulong)..];
                field = new WireField { Number = number, Type = WireType.Fixed64, Scalar = value };
                return true;

            case WireType.Fixed32 when BinaryPrimitives.TryReadUInt32LittleEndian(rest, out var value):
                rest = rest[sizeof(uint)..];
                field = new WireField { Number = number, Type = WireType.Fixed32, Scalar = value };
                return true;

            case WireType.LengthDelimited when TryReadVarint(ref rest, out var length) && length <= (ulong)rest.Length:
                field = new WireField { Number = number, Type = WireType.LengthDelimited, Payload = rest[..(int)length] };
                rest = rest[(int)length..];
                return true;

            default:
                return false;
        }
    }

    private static bool TryReadVarint(scoped ref ReadOnlySpan<byte> rest, out ulong value)
    {
        if (!rest.IsEmpty && rest[0] < 0x80)
        {
            value = rest[0];
            rest = rest[1..];
            return true;
        }

        return TryReadLongVarint(ref rest, out value);
    }

    private static bool TryReadLongVarint(scoped ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        for (var i = 0; i < rest.Length && i < LongestVarint; i++)
        {
            value |= (ulong)(rest[i] & 0x7F) << (7 * i);
            if (rest[i] >= 0x80)
                continue;

            rest = rest[(i + 1)..];
            return true;
        }

        return false;
    }
}
