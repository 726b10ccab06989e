using System.Text;

namespace SpanRelay.GenAi.Metrics;

/// <summary>What metrics need of a model span's attributes.</summary>
internal enum SpanField
{
    SpanType,
    Operation,
    Provider,
    RequestModel,
    ResponseModel,
    ErrorType,
    Team,
    InputTokens,
    OutputTokens,
    TimeToFirstToken,
    TokensReadFromCache,
    TokensWrittenToCache,
    Cost,
}

/// <summary>The attributes that say it: OpenTelemetry's first, then those of instrumentations and of the gateway.</summary>
internal static class SpanFields
{
    private const decimal Milliseconds = 0.001m;

    /// <summary>Each field's keys; the first one that a span has is read.</summary>
    public static IReadOnlyList<(SpanField Field, string Key, decimal Scale)> Keys { get; } =
    [
        (SpanField.SpanType, "tfy.span_type", 1),
        (SpanField.Operation, "gen_ai.operation.name", 1),
        (SpanField.Provider, "gen_ai.provider.name", 1),
        (SpanField.Provider, "gen_ai.system", 1),
        (SpanField.RequestModel, "gen_ai.request.model", 1),
        (SpanField.RequestModel, "tfy.model.name", 1),
        (SpanField.ResponseModel, "gen_ai.response.model", 1),
        (SpanField.ErrorType, "error.type", 1),
        (SpanField.Team, "tfy.request.created_by_subject_teams", 1),
        (SpanField.InputTokens, "gen_ai.usage.input_tokens", 1),
        (SpanField.InputTokens, "gen_ai.usage.prompt_tokens", 1),
        (SpanField.InputTokens, "tfy.model.metric.input_tokens", 1),
        (SpanField.OutputTokens, "gen_ai.usage.output_tokens", 1),
        (SpanField.OutputTokens, "gen_ai.usage.completion_tokens", 1),
        (SpanField.OutputTokens, "tfy.model.metric.output_tokens", 1),
        (SpanField.TimeToFirstToken, "gen_ai.server.time_to_first_token", 1),
        (SpanField.TimeToFirstToken, "gen_ai.response.time_to_first_chunk", 1),
        (SpanField.TimeToFirstToken, "tfy.model.metric.time_to_first_token_in_ms", Milliseconds),
        (SpanField.TimeToFirstToken, "ai.response.msToFirstChunk", Milliseconds),
        (SpanField.TokensReadFromCache, "gen_ai.usage.cache_read.input_tokens", 1),
        (SpanField.TokensReadFromCache, "gen_ai.usage.prompt_caching.read_tokens", 1),
        (SpanField.TokensReadFromCache, "gen_ai.usage.cache_read_input_tokens", 1),
        (SpanField.TokensReadFromCache, "tfy.model.metric.cache_read_input_tokens", 1),
        (SpanField.TokensWrittenToCache, "gen_ai.usage.cache_creation.input_tokens", 1),
        (SpanField.TokensWrittenToCache, "gen_ai.usage.prompt_caching.write_tokens", 1),
        (SpanField.TokensWrittenToCache, "gen_ai.usage.cache_creation_input_tokens", 1),
        (SpanField.TokensWrittenToCache, "tfy.model.metric.cache_creation_input_tokens", 1),
        (SpanField.Cost, "gen_ai.usage.cost", 1),
        (SpanField.Cost, "gen_ai.usage.cost_usd", 1),
        (SpanField.Cost, "tfy.model.metric.cost_in_usd", 1),
        (SpanField.Cost, "tfy.request_cost", 1),
    ];

    // By length, since most attributes of a span have none of these keys.
    private static readonly (byte[] Key, int Place)[][] ByLength =
        [.. Enumerable.Range(0, Keys.Max(each => each.Key.Length) + 1).Select(length => Keys
            .Select((each, place) => (Encoding.UTF8.GetBytes(each.Key), place))
            .Where(each => each.Item1.Length == length)
            .ToArray())];

    /// <returns>The key's place in <see cref="Keys"/>; -1 for any other key.</returns>
    public static int Find(ReadOnlySpan<byte> key)
    {
        if (key.Length >= ByLength.Length)
            return -1;
        foreach (var (known, place) in ByLength[key.Length])
        {
            if (key.SequenceEqual(known))
                return place;
        }

        return -1;
    }
}
