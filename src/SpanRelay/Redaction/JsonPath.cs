using System.Buffers;

namespace SpanRelay.Redaction;

/// <summary>
/// The names from the outermost object to the current member of some JSON, joined by dots, without list positions. A path that
/// grows too long is emptied and starts again one level below.
/// </summary>
internal struct JsonPath(int maxDepth) : IDisposable
{
    private const int Longest = 256;

    private readonly byte[] _path = ArrayPool<byte>.Shared.Rent(Longest);

    // Length of the path to the object or list at each depth.
    private readonly short[] _starts = ArrayPool<short>.Shared.Rent(maxDepth + 1);
    private int _length;

    public readonly ReadOnlySpan<byte> Written => _path.AsSpan(0, _length);

    /// <param name="depth">The depth of the object or list that starts.</param>
    /// <param name="isMember">Whether it is the value of the member entered last rather than an element of a list.</param>
    public readonly void Open(int depth, bool isMember) => _starts[depth] = isMember ? (short)_length : depth > 0 ? _starts[depth - 1] : (short)0;

    /// <param name="name">The member's own name.</param>
    /// <param name="depth">The depth of the object that holds the member.</param>
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
