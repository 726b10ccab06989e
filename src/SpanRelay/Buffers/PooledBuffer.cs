using System.Buffers;

namespace SpanRelay.Buffers;

/// <summary>
/// A growable byte buffer backed by the shared array pool. Its one owner disposes it; spans and memories taken from it are
/// invalid after the next write and after disposal. Not thread-safe.
/// </summary>
public sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int SmallestArray = 4 * 1024;

    // Two requests of the usual size. Larger arrays are rare, and would stay in the pool when there is no room for them.
    private const int LargestPooledArray = 8 * 1024 * 1024;

    private byte[] _bytes;

    public PooledBuffer(int capacity = 0) => _bytes = Rent(capacity);

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<byte> WrittenSpan => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_bytes.Length - Length), nameof(count));
        Length += count;
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoomFor(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(Length);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoomFor(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        EnsureRoomFor(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Append(byte value)
    {
        EnsureRoomFor(1);
        _bytes[Length++] = value;
    }

    /// <summary>Discards everything from <paramref name="length"/> on. The capacity stays rented, unless it is unusual and nothing is kept.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Length, nameof(length));
        Length = length;
        if (length == 0 && _bytes.Length > LargestPooledArray)
            _bytes = [];
    }

    /// <summary>Moves the bytes from <paramref name="start"/> to the end by <paramref name="distance"/>, which may be negative.</summary>
    internal void Shift(int start, int distance)
    {
        if (distance > 0)
            EnsureRoomFor(distance);
        _bytes.AsSpan(start, Length - start).CopyTo(_bytes.AsSpan(start + distance));
        Length += distance;
    }

    /// <summary>Inserts bytes at <paramref name="start"/>.</summary>
    internal void Insert(int start, ReadOnlySpan<byte> bytes)
    {
        Shift(start, bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(start));
    }

    /// <summary>The bytes from <paramref name="start"/>, to be overwritten in place.</summary>
    internal Span<byte> Written(int start, int length) => _bytes.AsSpan(0, Length).Slice(start, length);

    public void Dispose()
    {
        var bytes = _bytes;
        _bytes = [];
        Length = 0;
        Return(bytes);
    }

    private void EnsureRoomFor(int count)
    {
        if (_bytes.Length - Length < count)
            Grow(count);
    }

    private void Grow(int count)
    {
        var wanted = checked(Length + count);
        var grown = _bytes.Length < LargestPooledArray ? _bytes.Length * 2L : _bytes.Length * 3L / 2;
        var larger = Rent((int)Math.Clamp(grown, Math.Max(wanted, SmallestArray), Array.MaxLength));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        Return(_bytes);
        _bytes = larger;
    }

    private static byte[] Rent(int length) => length switch
    {
        0 => [],
        <= LargestPooledArray => ArrayPool<byte>.Shared.Rent(length),
        _ => GC.AllocateUninitializedArray<byte>(length),
    };

    private static void Return(byte[] bytes)
    {
        if (bytes.Length is > 0 and <= LargestPooledArray)
            ArrayPool<byte>.Shared.Return(bytes);
    }
}
