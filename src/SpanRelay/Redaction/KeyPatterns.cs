namespace SpanRelay.Redaction;

/// <summary>A list of key patterns.</summary>
internal sealed class KeyPatterns(IEnumerable<string> patterns)
{
    private readonly KeyPattern[] _patterns = [.. patterns.Select(pattern => new KeyPattern(pattern))];

    public bool IsEmpty => _patterns.Length == 0;

    public bool Match(ReadOnlySpan<byte> key)
    {
        foreach (var pattern in _patterns)
        {
            if (pattern.Matches(key))
                return true;
        }

        return false;
    }
}
