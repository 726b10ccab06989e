namespace SpanRelay.Dynatrace;

/// <summary>What Dynatrace's token API says about a token. A list has id, name and creation time; a lookup, everything except the creation time.</summary>
internal sealed record TokenDetails
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public bool? Enabled { get; init; }

    public IReadOnlyList<string>? Scopes { get; init; }

    public DateTimeOffset? CreationDate { get; init; }

    /// <summary>Null for a token that does not expire.</summary>
    public DateTimeOffset? ExpirationDate { get; init; }

    public bool? PersonalAccessToken { get; init; }

    /// <summary>Scopes for a message: the first ones, each as far as a scope is long.</summary>
    public static string Text(IReadOnlyList<string> scopes) => string.Join(", ", scopes.Take(50).Select(scope => OneLine.From(scope, 80)));
}
