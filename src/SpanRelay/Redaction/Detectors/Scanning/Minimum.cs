namespace SpanRelay.Redaction.Detectors.Scanning;

/// <summary>What no text lacks in which a detector finds anything, whatever else it takes.</summary>
/// <param name="Bytes">How long the text is at least.</param>
/// <param name="Of">Which ASCII bytes it has, and how many of each kind.</param>
internal sealed record Minimum(int Bytes, params IReadOnlyList<CountOf> Of)
{
    public const string Digits = "0123456789";
}

/// <summary>So many bytes, or more, of some kind.</summary>
/// <param name="Count">How many.</param>
/// <param name="Kind">Any of these characters.</param>
internal readonly record struct CountOf(int Count, string Kind);
