using System.Text.RegularExpressions;

namespace SpanRelay.Redaction;

/// <summary>A user-defined regular expression, run without backtracking so that no input makes it slow.</summary>
/// <param name="Name">Name in reports.</param>
/// <param name="Replacement">Literal text that replaces each match.</param>
internal sealed record RedactionPattern(string Name, Regex Regex, string Replacement);
