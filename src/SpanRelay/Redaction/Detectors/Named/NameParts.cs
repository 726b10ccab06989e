using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Named;

/// <summary>A name in lower case without separators, and where its parts start: <c>dbPassword2</c> has the parts db and password2.</summary>
internal readonly ref struct NameParts
{
    private readonly ReadOnlySpan<byte> _letters;
    private readonly ulong _starts;

    private NameParts(ReadOnlySpan<byte> letters, ulong starts)
    {
        _letters = letters;
        _starts = starts;
    }

    public ReadOnlySpan<byte> LastPart
    {
        get
        {
            var start = _letters.Length;
            while (start > 0 && !StartsPart(--start))
            {
            }

            return _letters[start..];
        }
    }

    /// <param name="name">At most as long as <paramref name="letters"/>, which has at most 64 bytes.</param>
    /// <param name="letters">Receives the letters and digits.</param>
    public static NameParts Read(ReadOnlySpan<byte> name, Span<byte> letters)
    {
        var starts = 0UL;
        var length = 0;
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] is (byte)'-' or (byte)'_' or (byte)' ' or (byte)'.')
                continue;
            if (StartsPart(name, i))
                starts |= 1UL << length;
            letters[length++] = AsciiByte.ToLower(name[i]);
        }

        return new(letters[..length], starts);
    }

    public bool StartsPart(int at) => at == 0 || (_starts >> at & 1) != 0;

    public NameParts Before(int end) => new(_letters[..end], _starts);

    /// <param name="start">Where it starts.</param>
    public bool EndsIn(ReadOnlySpan<byte> ending, out int start)
    {
        start = _letters.Length - ending.Length;
        return _letters.EndsWith(ending);
    }

    public bool EndsInPart(ReadOnlySpan<byte> part, out int start) => EndsIn(part, out start) && StartsPart(start);

    /// <param name="endings">The endings, indexed by their last letter.</param>
    /// <param name="start">Where it starts.</param>
    public bool EndsIn(byte[][][] endings, out int start)
    {
        foreach (var ending in WithLastLetter(endings))
        {
            if (EndsIn(ending, out start))
                return true;
        }

        start = 0;
        return false;
    }

    /// <inheritdoc cref="EndsIn(byte[][][], out int)"/>
    public bool EndsInPart(byte[][][] parts, out int start)
    {
        foreach (var part in WithLastLetter(parts))
        {
            if (EndsInPart(part, out start))
                return true;
        }

        start = 0;
        return false;
    }

    public bool EndsInOne(byte[][] endings)
    {
        foreach (var ending in endings)
        {
            if (_letters.EndsWith(ending))
                return true;
        }

        return false;
    }

    private byte[][] WithLastLetter(byte[][][] byLetter) =>
        _letters.IsEmpty || _letters[^1] >= byLetter.Length ? [] : byLetter[_letters[^1]];

    public bool StartsInPart(byte[][] parts)
    {
        foreach (var part in parts)
        {
            if (_letters.Length > part.Length && StartsPart(part.Length) && _letters.StartsWith(part))
                return true;
        }

        return false;
    }

    /// <summary>After a separator, or where the case changes: at the K of apiKey and of APIKey.</summary>
    private static bool StartsPart(ReadOnlySpan<byte> name, int at)
    {
        if (at == 0 || name[at - 1] is (byte)'-' or (byte)'_' or (byte)' ' or (byte)'.')
            return true;
        if (!char.IsAsciiLetterUpper((char)name[at]))
            return false;
        return !char.IsAsciiLetterUpper((char)name[at - 1]) || (at + 1 < name.Length && char.IsAsciiLetterLower((char)name[at + 1]));
    }
}
