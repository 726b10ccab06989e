using SpanRelay.DeadLetters;

namespace SpanRelay.Diagnosis;

/// <summary>A reason why spans do not arrive: one entry of the catalog, in the user's words.</summary>
/// <param name="Code">Its name in records, logs and docs/troubleshooting.md.</param>
/// <param name="Explanation">What happened.</param>
/// <param name="Evidence">How to recognize it.</param>
/// <param name="Remedy">How to fix it, by the names of the settings.</param>
/// <param name="Link">Its documentation elsewhere; null where docs/troubleshooting.md suffices.</param>
public sealed record Cause(string Code, string Title, string Explanation, string Evidence, string Remedy, string? Link = null)
{
    /// <summary>What happens to the spans once it is fixed, if that needs saying.</summary>
    public string After { get; init; } = "";

    /// <summary>What to do.</summary>
    public string NextStep => After.Length == 0 ? Remedy : $"{Remedy} {After}";
}
