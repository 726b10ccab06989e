using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace SpanRelay.Otlp;

/// <summary>
/// Reads an encoded protobuf message one field at a time. Malformed input is a result, never an exception: a field number
/// of zero, a group, a varint of over ten bytes, and anything that reaches past the end.
/// </summary>
internal static class WireReader
{
    private const int LongestVarint = 10;

    /// <summary>Takes the first field off <paramref name="rest"/>, which must not be empty.</summary>
    /// <returns>False when the bytes are not a field; <paramref name="rest"/> is then of no further use.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadField(scoped ref ReadOnlySpan<byte> rest, out WireField field) =>
        TryReadShortField(ref rest, out field) || TryReadAnyField(ref rest, out field);

    /// <summary>What most fields are: length-delimited, with one byte of tag and one of length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadShortField(scoped ref ReadOnlySpan<byte> rest, out WireField field)
    {
        const int Header = 2;
        const int TypeAndLongTag = 0x87;
        if (rest.Length < Header || (rest[0] & TypeAndLongTag) != (int)WireType.LengthDelimited || rest[0] < 1 << 3 || rest[1] >= 0x80 || rest[1] > rest.Length - Header)
        {
            field = default;
            return false;
        }

        field = new WireField { Number = rest[0] >> 3, Type = WireType.LengthDelimited, Payload = rest.Slice(Header, rest[1]) };
        rest = rest[(Header + rest[1])..];
        return true;
    }

    private static bool TryReadAnyField(scoped ref ReadOnlySpan<byte> rest, out WireField field)
    {
        field = default;
        var bytes = rest[ReadVarint(rest, out var tag)..];
        if (bytes.Length == rest.Length || tag > uint.MaxValue || tag >> 3 == 0)
            return false;

        var number = (int)(tag >> 3);
        switch ((WireType)(tag & 7))
        {
            case WireType.Varint when ReadVarint(bytes, out var value) is > 0 and var size:
                field = new WireField { Number = number, Type = WireType.Varint, Scalar = value };
                rest = bytes[size..];
                return true;

            case WireType.Fixed64 when BinaryPrimitives.TryReadUInt64LittleEndian(bytes, out var value):
                field = new WireField { Number = number, Type = WireType.Fixed64, Scalar = value };
                rest = bytes[sizeof(ulong)..];
                return true;

            case WireType.Fixed32 when BinaryPrimitives.TryReadUInt32LittleEndian(bytes, out var value):
                field = new WireField { Number = number, Type = WireType.Fixed32, Scalar = value };
                rest = bytes[sizeof(uint)..];
                return true;

            case WireType.LengthDelimited when ReadVarint(bytes, out var length) is > 0 and var size && length <= (ulong)(bytes.Length - size):
                field = new WireField { Number = number, Type = WireType.LengthDelimited, Payload = bytes.Slice(size, (int)length) };
                rest = bytes[(size + (int)length)..];
                return true;

            default:
                return false;
        }
    }

    /// <returns>The number's length in bytes; 0 if there is no number.</returns>
    public static int ReadVarint(ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < LongestVarint; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
                return i + 1;
        }

        return 0;
    }
}
