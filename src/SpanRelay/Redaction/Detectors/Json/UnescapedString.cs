using System.Buffers;
using System.Text;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Json;

/// <summary>The inside of a JSON string without its escapes, and where in the text each byte comes from. Owns rented arrays.</summary>
internal ref struct UnescapedString
{
    private readonly byte[] _bytes;
    private readonly int[] _sources;
    private int _length;

    /// <param name="text">Valid JSON.</param>
    /// <param name="start">The first byte inside the quotes.</param>
    /// <param name="end">The closing quote.</param>
    public UnescapedString(ReadOnlySpan<byte> text, int start, int end)
    {
        _bytes = ArrayPool<byte>.Shared.Rent(end - start + 4);
        _sources = ArrayPool<int>.Shared.Rent(end - start + 4);
        for (var at = start; at < end;)
            at = Take(text, at);
        _sources[_length] = end;
    }

    public readonly ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <returns>Where in the text the byte at <paramref name="index"/>, or the escape that stands for it, starts.</returns>
    public readonly int SourceOf(int index) => _sources[index];

    /// <summary>A hit in the text as one in <see cref="Bytes"/>, grown to whole escapes and cut to what is inside the quotes.</summary>
    public readonly Hit Cover(Hit hit)
    {
        var start = IndexFrom(hit.Start);
        if (start > 0 && _sources[start] > hit.Start)
            start = IndexFrom(_sources[start - 1]);
        return hit with { Start = start, Length = IndexFrom(hit.End) - start };
    }

    /// <returns>The index of the first byte that comes from <paramref name="source"/> or a later position; the length if there is none.</returns>
    private readonly int IndexFrom(int source)
    {
        int low = 0, high = _length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_sources[middle] < source)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    public readonly void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        ArrayPool<int>.Shared.Return(_sources);
    }

    private int Take(ReadOnlySpan<byte> text, int at)
    {
        if (text[at] != '\\')
        {
            Add(text[at], at);
            return at + 1;
        }

        if (text[at + 1] == 'u')
            return TakeCodePoint(text, at);

        Add((char)text[at + 1] switch { 'n' => (byte)'\n', 't' => (byte)'\t', 'r' => (byte)'\r', 'b' => (byte)'\b', 'f' => (byte)'\f', var other => (byte)other }, at);
        return at + 2;
    }

    /// <summary>A code point never takes more bytes than its escape. An unpaired surrogate becomes U+FFFD.</summary>
    private int TakeCodePoint(ReadOnlySpan<byte> text, int at)
    {
        var end = at + 6;
        var first = CodeUnit(text, at);
        if (!Rune.TryCreate(first, out var rune))
        {
            rune = Rune.ReplacementChar;
            if (char.IsHighSurrogate(first) && text[end] == '\\' && text[end + 1] == 'u' && Rune.TryCreate(first, CodeUnit(text, end), out var pair))
                (rune, end) = (pair, end + 6);
        }

        Span<byte> encoded = stackalloc byte[4];
        foreach (var value in encoded[..rune.EncodeToUtf8(encoded)])
            Add(value, at);
        return end;
    }

    private static char CodeUnit(ReadOnlySpan<byte> text, int at)
    {
        var value = 0;
        foreach (var digit in text.Slice(at + 2, 4))
            value = (value << 4) | (char.IsAsciiDigit((char)digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);
        return (char)value;
    }

    private void Add(byte value, int source)
    {
        _bytes[_length] = value;
        _sources[_length++] = source;
    }
}
