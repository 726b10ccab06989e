namespace SpanRelay.Dynatrace;

/// <summary>A token that the token API created. Not a record: a record prints its members, and the token is a secret.</summary>
internal sealed class CreatedToken
{
    public string? Id { get; init; }

    public string? Token { get; init; }

    public DateTimeOffset? ExpirationDate { get; init; }
}
