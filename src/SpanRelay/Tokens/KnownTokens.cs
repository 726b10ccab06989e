namespace SpanRelay.Tokens;

/// <summary>Decides which of the versions read so far is used: the newest that Dynatrace did not refuse recently. Not thread-safe.</summary>
internal sealed class KnownTokens(TimeProvider time)
{
    /// <summary>Versions that are remembered.</summary>
    public const int Kept = 4;

    /// <summary>After this a refused version is tried again: someone may have granted the missing scope.</summary>
    public static readonly TimeSpan RefusalLasts = TimeSpan.FromMinutes(15);

    private readonly List<TokenVersion> _newestFirst = [];
    private readonly Dictionary<string, DateTimeOffset> _refused = [];

    /// <summary>The newest version's id, even if it holds no token; null before the first read.</summary>
    public string? Newest { get; private set; }

    /// <summary>Null when none is known. When all were refused it is the newest of them.</summary>
    public TokenVersion? Best => _newestFirst.Find(IsUsable) ?? (_newestFirst.Count > 0 ? _newestFirst[0] : null);

    public TokenVersion? Find(string version) => _newestFirst.Find(known => known.Version == version);

    public TokenVersion? FindByText(string text) => _newestFirst.Find(known => known.IsOf(text));

    public void SetNewest(string version, TokenVersion? token)
    {
        Newest = version;
        if (token is null || (_newestFirst.Count > 0 && _newestFirst[0].Version == version))
            return;

        _newestFirst.RemoveAll(known => known.Version == version); // An older version is the newest again when later ones are disabled.
        _newestFirst.Insert(0, token);
        Trim();
    }

    public void Add(TokenVersion older)
    {
        _newestFirst.RemoveAll(known => known.Version == older.Version);
        _newestFirst.Add(older);
        Trim();
    }

    public void Refuse(TokenVersion token) => _refused[token.Version] = time.GetUtcNow();

    public void Accept(TokenVersion token) => _refused.Remove(token.Version);

    public bool WasRefused(string version) => _refused.TryGetValue(version, out var when) && time.GetUtcNow() - when < RefusalLasts;

    public bool IsUsable(TokenVersion token) => !WasRefused(token.Version);

    private void Trim()
    {
        // The oldest is dropped, but never a version that works for the sake of newer ones that were refused.
        while (_newestFirst.Count > Kept)
            _newestFirst.RemoveAt(_newestFirst.FindLastIndex(token => !IsUsable(token)) is >= 0 and var refused ? refused : _newestFirst.Count - 1);
        foreach (var forgotten in _refused.Keys.Where(version => !WasRefused(version)).ToList())
            _refused.Remove(forgotten);
    }
}
