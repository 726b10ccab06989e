namespace SpanRelay.Fakes.Dynatrace;

/// <summary>A token as the environment knows it.</summary>
internal sealed record KnownToken(DynatraceToken Token, string Name, DateTimeOffset Created, DateTimeOffset? Expires)
{
    /// <summary>Kind and public part.</summary>
    public string Id => Token.Value[..Token.Value.LastIndexOf('.')];

    /// <summary>False if it was disabled.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>It belongs to a person, and can never send spans.</summary>
    public bool IsPersonal { get; init; }

    public bool IsExpired(DateTimeOffset now) => Expires <= now;
}
