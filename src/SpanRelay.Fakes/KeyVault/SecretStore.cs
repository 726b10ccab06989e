namespace SpanRelay.Fakes.KeyVault;

/// <summary>The vault's secrets, each a list of versions, and those that were deleted but not purged. For several threads.</summary>
internal sealed class SecretStore(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<StoredSecret>> _secrets = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (List<StoredSecret> Versions, DateTimeOffset When)> _deleted = new(StringComparer.OrdinalIgnoreCase);

    /// <returns>Null when the name belongs to a deleted secret.</returns>
    public StoredSecret? Set(string name, string value, Action<StoredSecret> describe)
    {
        lock (_lock)
        {
            if (_deleted.ContainsKey(name))
                return null;
            var now = Now();
            var version = new StoredSecret { Version = Guid.NewGuid().ToString("n"), Value = value, Created = now, Updated = now };
            describe(version);
            if (!_secrets.TryGetValue(name, out var versions))
                _secrets[name] = versions = [];
            versions.Add(version);
            return version;
        }
    }

    /// <summary>The version, or the newest; null when there is none.</summary>
    public StoredSecret? Find(string name, string? version)
    {
        lock (_lock)
        {
            if (!_secrets.TryGetValue(name, out var versions))
                return null;
            return string.IsNullOrEmpty(version) ? versions[^1] : versions.Find(each => each.Version == version);
        }
    }

    /// <summary>In no particular order, like the real vault.</summary>
    public IReadOnlyList<StoredSecret> Versions(string name)
    {
        lock (_lock) return _secrets.TryGetValue(name, out var versions) ? [.. versions.OrderBy(each => each.Version, StringComparer.Ordinal)] : [];
    }

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock) return [.. _secrets.Keys.Order(StringComparer.Ordinal)];
        }
    }

    public void Touch(StoredSecret version) => version.Updated = Now();

    public bool Delete(string name)
    {
        lock (_lock)
        {
            if (!_secrets.Remove(name, out var versions))
                return false;
            _deleted[name] = (versions, Now());
            return true;
        }
    }

    public (StoredSecret Newest, DateTimeOffset When)? FindDeleted(string name)
    {
        lock (_lock) return _deleted.TryGetValue(name, out var deleted) ? (deleted.Versions[^1], deleted.When) : null;
    }

    public bool Recover(string name)
    {
        lock (_lock)
        {
            if (!_deleted.Remove(name, out var deleted))
                return false;
            _secrets[name] = deleted.Versions;
            return true;
        }
    }

    public bool Purge(string name)
    {
        lock (_lock) return _deleted.Remove(name);
    }

    // Key Vault counts in seconds.
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
}
