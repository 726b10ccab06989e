namespace SpanRelay.Redaction;

/// <summary>Key patterns, indexed by their first letter so that a key is compared with few of them.</summary>
internal sealed class KeyPatterns
{
    private readonly KeyPattern[] _startingWithAny;
    private readonly KeyPattern[][] _byFirst = new KeyPattern[256][];

    public KeyPatterns(IEnumerable<string> patterns)
    {
        var all = patterns.ToList();
        IsEmpty = all.Count == 0;
        _startingWithAny = [.. all.Where(pattern => pattern is "" or ['*', ..]).Select(pattern => new KeyPattern(pattern))];
        var byFirst = all.Where(pattern => pattern is not ("" or ['*', ..])).Select(pattern => new KeyPattern(pattern)).ToLookup(pattern => pattern.First);
        for (var first = 0; first < _byFirst.Length; first++)
            _byFirst[first] = [.. byFirst[(byte)first]];
    }

    public bool IsEmpty { get; }

    public bool Match(ReadOnlySpan<byte> key) =>
        !IsEmpty && (Match(_startingWithAny, key) || (key.Length > 0 && Match(_byFirst[KeyPattern.Lower(key[0])], key)));

    private static bool Match(KeyPattern[] patterns, ReadOnlySpan<byte> key)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.Matches(key))
                return true;
        }

        return false;
    }
}
