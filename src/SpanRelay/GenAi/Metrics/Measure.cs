namespace SpanRelay.GenAi.Metrics;

/// <summary>What a label set counts: an instrument, or the part of it that one more attribute names.</summary>
/// <param name="Part">The attribute; null where the instrument has one part.</param>
internal sealed record Measure(int Index, Instrument Instrument, (string Key, string Value)? Part = null)
{
    public const string TokenType = "gen_ai.token.type";
    public const string Reason = "spanrelay.reason";

    public static readonly Measure Duration = new(0, Instrument.Duration);
    public static readonly Measure InputTokens = new(1, Instrument.Tokens, (TokenType, "input"));
    public static readonly Measure OutputTokens = new(2, Instrument.Tokens, (TokenType, "output"));
    public static readonly Measure TimeToFirstToken = new(3, Instrument.TimeToFirstToken);
    public static readonly Measure TokensReadFromCache = new(4, Instrument.CachedTokens, (TokenType, "cache_read"));
    public static readonly Measure TokensWrittenToCache = new(5, Instrument.CachedTokens, (TokenType, "cache_creation"));
    public static readonly Measure Cost = new(6, Instrument.Cost);
    public static readonly Measure Received = new(7, Instrument.Received);
    public static readonly Measure WithheldContent = new(8, Instrument.Withheld, (Reason, "content"));
    public static readonly Measure WithheldCredentials = new(9, Instrument.Withheld, (Reason, "credentials"));
    public static readonly Measure WithheldUnknownFields = new(10, Instrument.Withheld, (Reason, "unknown_fields"));
    public static readonly Measure WithheldByPolicy = new(11, Instrument.Withheld, (Reason, "policy"));

    public static IReadOnlyList<Measure> All { get; } =
    [
        Duration, InputTokens, OutputTokens, TimeToFirstToken, TokensReadFromCache, TokensWrittenToCache, Cost,
        Received, WithheldContent, WithheldCredentials, WithheldUnknownFields, WithheldByPolicy,
    ];
}
