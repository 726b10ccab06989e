namespace SpanRelay.Cli.Top;

internal sealed record TopOptions
{
    /// <summary>Finds the relay's settings: a local system that was started again has others.</summary>
    public required Func<IReadOnlyCollection<KeyValuePair<string, string?>>> Settings { get; init; }

    public required TimeSpan Interval { get; init; }

    /// <summary>How many readings; 0 for no end.</summary>
    public int Count { get; init; }
}
