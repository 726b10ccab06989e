namespace SpanRelay.Local.Dynatrace;

/// <summary>A token as the environment knows it.</summary>
internal sealed record KnownToken(DynatraceToken Token, string Name, DateTimeOffset Created, DateTimeOffset? Expires)
{
    /// <summary>Kind and public part.</summary>
    public string Id => Token.Value[..Token.Value.LastIndexOf('.')];

    public bool IsExpired(DateTimeOffset now) => Expires <= now;
}
