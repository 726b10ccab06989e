namespace SpanRelay.Redaction;

/// <summary>
/// Decides by an attribute's key. Senders use few keys over and over, so decisions are remembered in a table of fixed size;
/// a sender that invents keys only pays for the patterns each time. Safe for concurrent use.
/// </summary>
internal sealed class KeyRules
{
    private const int RememberedKeys = 1024;
    private const int LongestRememberedKey = 256;

    private readonly KeyPattern[] _dropped;
    private readonly Decision?[] _decisions = new Decision?[RememberedKeys];

    public KeyRules(IEnumerable<string> dropped) => _dropped = [.. dropped.Select(pattern => new KeyPattern(pattern))];

    public bool Drops(ReadOnlySpan<byte> key)
    {
        if (key.Length > LongestRememberedKey)
            return Decide(key);

        ref var slot = ref _decisions[Slot(key)];
        var decision = slot;
        if (decision is null || !key.SequenceEqual(decision.Key))
            slot = decision = new Decision(key.ToArray(), Decide(key));
        return decision.Drop;
    }

    private bool Decide(ReadOnlySpan<byte> key)
    {
        foreach (var pattern in _dropped)
        {
            if (pattern.Matches(key))
                return true;
        }

        return false;
    }

    private static int Slot(ReadOnlySpan<byte> key)
    {
        var hash = new HashCode();
        hash.AddBytes(key);
        return (int)((uint)hash.ToHashCode() % RememberedKeys);
    }

    private sealed record Decision(byte[] Key, bool Drop);
}
