namespace SpanRelay.Local.EventHub;

/// <summary>What a valid shared access signature opens.</summary>
/// <param name="Resource">In lower case, without its scheme: <c>localhost:5672/spans</c>, with everything below it.</param>
/// <param name="Expiry">Until when.</param>
internal readonly record struct SharedAccessGrant(string Resource, DateTimeOffset Expiry)
{
    /// <param name="path">In lower case, such as <c>spans/partitions/0</c>. The host is the one the client used to get here.</param>
    public bool CoversPath(string path)
    {
        var slash = Resource.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return true;
        var granted = Resource[(slash + 1)..];
        return path == granted || path.StartsWith(granted + "/", StringComparison.Ordinal);
    }
}
