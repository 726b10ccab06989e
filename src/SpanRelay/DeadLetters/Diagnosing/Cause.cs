namespace SpanRelay.DeadLetters;

/// <summary>Why spans do not arrive: one entry of the catalogue, in the user's words.</summary>
/// <param name="Code">Its name in records, logs and docs/troubleshooting.md.</param>
/// <param name="Explanation">What happened.</param>
/// <param name="Evidence">What it is known by.</param>
/// <param name="NextStep">What to do, by the names of the settings.</param>
/// <param name="Link">Where somebody else documents it; null where docs/troubleshooting.md says it all.</param>
public sealed record Cause(string Code, string Title, string Explanation, string Evidence, string NextStep, string? Link = null);

/// <summary>Causes that lie in the same place.</summary>
public sealed record CauseGroup(string Title, IReadOnlyList<Cause> Causes);
