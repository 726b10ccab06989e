namespace SpanRelay.Redaction;

/// <summary>What must not leave.</summary>
public sealed record RedactionOptions
{
    /// <summary>
    /// Drop prompts, completions, tool arguments and other bodies. Default: true. Turn it off only where Dynatrace may hold
    /// what users and models say to each other; credentials are dropped either way.
    /// </summary>
    public bool ExcludeRequestData { get; init; } = true;

    public static RedactionOptions Read(SettingsReader settings) => new()
    {
        ExcludeRequestData = settings.Flag("Redaction__ExcludeRequestData", new RedactionOptions().ExcludeRequestData),
    };
}
