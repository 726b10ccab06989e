using System.Text.RegularExpressions;
using SpanRelay.Redaction.Detectors;

namespace SpanRelay.Redaction;

/// <summary>A regular expression of the user's. It never backtracks, so that no text makes it slow.</summary>
/// <param name="Name">What reports call it.</param>
/// <param name="Replacement">What stands in a match's place, as it is written here.</param>
public sealed record RedactionPattern(string Name, Regex Regex, string Replacement);
