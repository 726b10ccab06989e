using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SpanRelay.Redaction.Detectors.Scanning;

/// <summary>
/// 64 bytes of a text, examined together. Each result has one bit for each byte, the lowest for the first, so that patterns of
/// neighboring bytes are shifts and ANDs.
/// </summary>
internal readonly ref struct ByteBlock
{
    public const int Size = 64;

    private readonly ReadOnlySpan<byte> _bytes;

    private ByteBlock(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <param name="text">The text.</param>
    /// <param name="start">Where the block starts.</param>
    /// <param name="padded"><see cref="Size"/> zeros; the first receive the block's bytes where the text ends inside it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ByteBlock At(ReadOnlySpan<byte> text, int start, Span<byte> padded) =>
        text.Length - start >= Size ? new(text.Slice(start, Size)) : Padded(text[start..], padded);

    public ulong Digits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Bits(InRange(Part(0), '0', 10), InRange(Part(1), '0', 10), InRange(Part(2), '0', 10), InRange(Part(3), '0', 10));
    }

    public ulong Letters
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Bits(Letter(Part(0)), Letter(Part(1)), Letter(Part(2)), Letter(Part(3)));
    }

    /// <summary>Right after a percent-encoded byte or <c>\u0020</c>, whose digits are not part of a number that follows; also wherever the block cannot tell.</summary>
    public ulong BehindEscapes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (Equal('%') << 3) | (Equal('\\') << 6) | 0b11_1111;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Equal(char value)
    {
        var wanted = Vector128.Create((byte)value);
        return Bits(
            Vector128.Equals(Part(0), wanted), Vector128.Equals(Part(1), wanted),
            Vector128.Equals(Part(2), wanted), Vector128.Equals(Part(3), wanted));
    }

    /// <summary>Positions of the first letter, in either case, that one of the two others follows at <paramref name="distance"/>.</summary>
    /// <returns>No bits for the last <paramref name="distance"/> bytes; a few other bytes may be taken for letters.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Pairs(char first, char second, char orSecond, [ConstantExpected] int distance)
    {
        var last = Size - Vector128<byte>.Count - distance;
        return Bits(Pair(0, first, second, orSecond, distance), Pair(16, first, second, orSecond, distance), Pair(32, first, second, orSecond, distance), default)
            | ((ulong)Pair(last, first, second, orSecond, distance).ExtractMostSignificantBits() << last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<byte> Pair(int at, char first, char second, char orSecond, int distance)
    {
        var caseBit = Vector128.Create((byte)0x20);
        var left = Vector128.Create(_bytes.Slice(at, Vector128<byte>.Count)) | caseBit;
        var right = Vector128.Create(_bytes.Slice(at + distance, Vector128<byte>.Count)) | caseBit;
        return Vector128.Equals(left, Vector128.Create((byte)first))
            & (Vector128.Equals(right, Vector128.Create((byte)second)) | Vector128.Equals(right, Vector128.Create((byte)orSecond)));
    }

    private static ByteBlock Padded(ReadOnlySpan<byte> rest, Span<byte> padded)
    {
        rest.CopyTo(padded);
        return new(padded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<byte> Part(int index) => Vector128.Create(_bytes.Slice(index * Vector128<byte>.Count, Vector128<byte>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Letter(Vector128<byte> bytes) => InRange(bytes | Vector128.Create((byte)0x20), 'a', 26);

    /// <summary>Signed, since the oldest x64 processors cannot compare unsigned bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> InRange(Vector128<byte> bytes, char first, byte count) =>
        Vector128.LessThan((bytes - Vector128.Create((byte)(first + 0x80))).AsSByte(), Vector128.Create((sbyte)(count - 0x80))).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(Vector128<byte> a, Vector128<byte> b, Vector128<byte> c, Vector128<byte> d) =>
        a.ExtractMostSignificantBits()
        | ((ulong)b.ExtractMostSignificantBits() << 16)
        | ((ulong)c.ExtractMostSignificantBits() << 32)
        | ((ulong)d.ExtractMostSignificantBits() << 48);
}
