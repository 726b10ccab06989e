using System.Buffers.Binary;
using System.Numerics;
using SpanRelay.Buffers;

namespace SpanRelay.Otlp;

/// <summary>Writes protobuf fields to the end of a buffer that belongs to the caller. Varints are always of least length.</summary>
internal readonly struct WireWriter(PooledBuffer output)
{
    public void WriteVarint(int number, ulong value)
    {
        WriteTag(number, WireType.Varint);
        WriteVarint(value);
    }

    public void WriteFixed64(int number, ulong value)
    {
        WriteTag(number, WireType.Fixed64);
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(sizeof(ulong)), value);
        output.Advance(sizeof(ulong));
    }

    public void WriteFixed32(int number, uint value)
    {
        WriteTag(number, WireType.Fixed32);
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(sizeof(uint)), value);
        output.Advance(sizeof(uint));
    }

    public void WriteBytes(int number, ReadOnlySpan<byte> value)
    {
        const int ShortHeader = 2;
        if (number < 0x80 >> 3 && value.Length < 0x80) // what most fields are
        {
            var field = output.GetSpan(ShortHeader + value.Length);
            field[0] = (byte)(number << 3 | (int)WireType.LengthDelimited);
            field[1] = (byte)value.Length;
            value.CopyTo(field[ShortHeader..]);
            output.Advance(ShortHeader + value.Length);
            return;
        }

        WriteTag(number, WireType.LengthDelimited);
        WriteVarint((ulong)value.Length);
        output.Append(value);
    }

    /// <summary>Fields that are encoded as this writer would encode them.</summary>
    public void WriteEncoded(ReadOnlySpan<byte> fields) => output.Append(fields);

    /// <summary>
    /// Opens a length-delimited field whose length is not known yet. Room for the length is left by
    /// <paramref name="expectedLength"/>; a poor guess costs one move of the bytes in <see cref="End"/>.
    /// </summary>
    public OpenField Begin(int number, int expectedLength)
    {
        WriteTag(number, WireType.LengthDelimited);
        var room = VarintSize((ulong)expectedLength);
        output.GetSpan(room);
        output.Advance(room);
        return new OpenField(output.Length, room);
    }

    /// <summary>Closes the field that <see cref="Begin"/> opened: everything written since is its value.</summary>
    public void End(OpenField field)
    {
        var length = (ulong)(output.Length - field.Start);
        var size = VarintSize(length);
        if (size != field.LengthRoom)
            output.Shift(field.Start, size - field.LengthRoom);
        PutVarint(output.Written(field.Start - field.LengthRoom, size), length);
    }

    /// <summary>How many bytes a length-delimited field takes.</summary>
    public static int SizeOf(int number, int length) => VarintSize((ulong)number << 3) + VarintSize((ulong)length) + length;

    private void WriteTag(int number, WireType type) => WriteVarint((ulong)(uint)number << 3 | (byte)type);

    private void WriteVarint(ulong value)
    {
        if (value < 0x80)
        {
            output.Append((byte)value);
            return;
        }

        var size = VarintSize(value);
        PutVarint(output.GetSpan(size)[..size], value);
        output.Advance(size);
    }

    private static void PutVarint(Span<byte> destination, ulong value)
    {
        for (var i = 0; i < destination.Length - 1; i++, value >>= 7)
            destination[i] = (byte)(value | 0x80);
        destination[^1] = (byte)value;
    }

    // Seven bits a byte: 9/64 of the bit length, rounded up, is the same without a division.
    private static int VarintSize(ulong value) => (BitOperations.Log2(value | 1) * 9 + 73) / 64;

    /// <summary>Where an open field's value starts, and how many bytes before it were left for its length.</summary>
    public readonly record struct OpenField(int Start, int LengthRoom);
}
