namespace SpanRelay.Redaction;

/// <summary>What a key says about its value.</summary>
/// <param name="Rule">The rule that drops the value; null when it stays.</param>
/// <param name="Kept">The values that the rule spares.</param>
internal readonly record struct ContentVerdict(Rule? Rule, KeptValues Kept)
{
    public static ContentVerdict Metadata => default;

    /// <summary>The stricter of two verdicts; this one if they are equally strict.</summary>
    public ContentVerdict Stricter(ContentVerdict other) =>
        other.Rule is null || (Rule is not null && Kept <= other.Kept) ? this : other;
}
