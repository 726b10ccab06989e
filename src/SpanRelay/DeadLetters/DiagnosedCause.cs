namespace SpanRelay.DeadLetters;

/// <summary>What was found out about a failure, in the user's words. No secret, and nothing of a payload except its kind.</summary>
/// <param name="Code">The cause's name, as in docs/troubleshooting.md.</param>
/// <param name="Title">The cause in one line.</param>
/// <param name="Explanation">What happened, and what becomes of the spans.</param>
/// <param name="Evidence">What shows it, a line each: the server's words, what was asked and answered.</param>
/// <param name="NextStep">What to do, by the names of the settings.</param>
/// <param name="Link">Where to read more.</param>
public sealed record DiagnosedCause(string Code, string Title, string Explanation, IReadOnlyList<string> Evidence, string NextStep, string Link);
