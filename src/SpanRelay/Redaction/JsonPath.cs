using System.Buffers;

namespace SpanRelay.Redaction;

/// <summary>
/// The names from the outermost object of some JSON to the member that is read, joined by dots. List positions are left out. A
/// path that grows too long is empty, and starts again below.
/// </summary>
internal struct JsonPath(int maxDepth) : IDisposable
{
    private const int Longest = 256;

    private readonly byte[] _path = ArrayPool<byte>.Shared.Rent(Longest);

    // How much of the path leads to the object or list at each depth.
    private readonly short[] _starts = ArrayPool<short>.Shared.Rent(maxDepth + 1);
    private int _length;

    public readonly ReadOnlySpan<byte> Written => _path.AsSpan(0, _length);

    /// <param name="depth">Of the object or list that starts.</param>
    /// <param name="isMember">It is the value of the member entered last, not an element of a list.</param>
    public readonly void Open(int depth, bool isMember) => _starts[depth] = isMember ? (short)_length : depth > 0 ? _starts[depth - 1] : (short)0;

    /// <param name="name">The member's own.</param>
    /// <param name="depth">Of the object that it is a member of.</param>
    public void Enter(ReadOnlySpan<byte> name, int depth)
    {
        _length = _starts[depth];
        var dot = _length > 0 ? 1 : 0;
        if (_length + dot + name.Length > Longest)
        {
            _length = 0;
            return;
        }

        _path[_length] = (byte)'.';
        name.CopyTo(_path.AsSpan(_length + dot));
        _length += dot + name.Length;
    }

    public readonly void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_path);
        ArrayPool<short>.Shared.Return(_starts);
    }
}
