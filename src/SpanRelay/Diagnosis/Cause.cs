using SpanRelay.DeadLetters;

namespace SpanRelay.Diagnosis;

/// <summary>Why spans do not arrive: one entry of the catalogue, in the user's words.</summary>
/// <param name="Code">Its name in records, logs and docs/troubleshooting.md.</param>
/// <param name="Explanation">What happened.</param>
/// <param name="Evidence">What it is known by.</param>
/// <param name="Remedy">How to mend it, by the names of the settings.</param>
/// <param name="Link">Where somebody else documents it; null where docs/troubleshooting.md says it all.</param>
/// <param name="After">What becomes of the spans once it is mended, where there is a word to say on that.</param>
public sealed record Cause(string Code, string Title, string Explanation, string Evidence, string Remedy, string? Link = null, string After = "")
{
    /// <summary>What to do.</summary>
    public string NextStep => After.Length == 0 ? Remedy : $"{Remedy} {After}";
}

/// <summary>Causes that lie in the same place.</summary>
public sealed record CauseGroup(string Title, IReadOnlyList<Cause> Causes);
