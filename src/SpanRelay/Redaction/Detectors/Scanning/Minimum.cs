namespace SpanRelay.Redaction.Detectors.Scanning;

/// <summary>What every text contains in which a detector finds something.</summary>
/// <param name="Bytes">The text's minimum length.</param>
/// <param name="Of">The kinds of ASCII bytes that it contains, and the minimum of each.</param>
internal sealed record Minimum(int Bytes, params IReadOnlyList<CountOf> Of)
{
    public const string Digits = "0123456789";
}

/// <summary>A minimum number of bytes of one kind.</summary>
/// <param name="Count">The minimum number.</param>
/// <param name="Kind">Any of these characters.</param>
internal readonly record struct CountOf(int Count, string Kind);
