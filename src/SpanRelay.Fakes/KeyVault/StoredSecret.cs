namespace SpanRelay.Fakes.KeyVault;

/// <summary>One version of a secret.</summary>
internal sealed class StoredSecret
{
    public required string Version { get; init; }

    /// <summary>A secret.</summary>
    public required string Value { get; init; }

    public required DateTimeOffset Created { get; init; }

    public DateTimeOffset Updated { get; set; }

    public bool Enabled { get; set; } = true;

    public DateTimeOffset? ExpiresOn { get; set; }

    public DateTimeOffset? NotBefore { get; set; }

    public string? ContentType { get; set; }

    public Dictionary<string, string> Tags { get; set; } = [];
}
