namespace SpanRelay.GenAi.Metrics;

/// <summary>A metric that is sent. docs/ai-metrics.md and dynatrace/ use the names, which a test compares.</summary>
/// <param name="Unit">In UCUM, as OpenTelemetry writes units.</param>
/// <param name="Bounds">The upper bounds of a histogram's buckets; null for a sum.</param>
internal sealed record Instrument(string Name, string Unit, string Description, double[]? Bounds = null)
{
    /// <summary>With the buckets of OpenTelemetry's semantic conventions, like the next two.</summary>
    public static readonly Instrument Duration = new(
        "gen_ai.client.operation.duration", "s", "Duration of model calls.",
        [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]);

    public static readonly Instrument Tokens = new(
        "gen_ai.client.token.usage", "{token}", "Input and output tokens of model calls.",
        [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864]);

    public static readonly Instrument TimeToFirstToken = new(
        "gen_ai.server.time_to_first_token", "s", "Time to the first token of streamed answers.",
        [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0]);

    public static readonly Instrument CachedTokens = new(
        "spanrelay.gen_ai.cached_tokens", "{token}", "Input tokens that the provider read from, or wrote to, its prompt cache; they are input tokens too.");

    public static readonly Instrument Cost = new(
        "spanrelay.gen_ai.cost", "{USD}", "Cost of model calls in US dollars, as the gateway calculates it.");

    public static readonly Instrument Received = new(
        "spanrelay.bytes.received", "By", "Spans received, as uncompressed protobuf.");

    public static readonly Instrument Withheld = new(
        "spanrelay.bytes.withheld", "By", "Bytes of the received spans that redaction did not send, by reason.");

    public static IReadOnlyList<Instrument> All { get; } = [Duration, Tokens, TimeToFirstToken, CachedTokens, Cost, Received, Withheld];
}
