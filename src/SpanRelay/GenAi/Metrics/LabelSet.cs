namespace SpanRelay.GenAi.Metrics;

/// <summary>What metrics tell apart. Null where a span does not say.</summary>
internal sealed record LabelSet
{
    public const string ServiceKey = "service.name";
    public const string OverflowKey = "otel.metric.overflow";

    /// <summary>Takes in all label sets beyond the limit, of any service.</summary>
    public static readonly LabelSet Overflow = new() { IsOverflow = true };

    /// <summary>An attribute of the resource; the others are attributes of the data points.</summary>
    public string? Service { get; init; }

    public string? Operation { get; init; }

    public string? Provider { get; init; }

    public string? RequestModel { get; init; }

    public string? ResponseModel { get; init; }

    public string? ErrorType { get; init; }

    public string? Team { get; init; }

    public bool IsOverflow { get; init; }

    /// <summary>Attributes of data points, without those that are null.</summary>
    public IEnumerable<(string Key, string Value)> Attributes =>
        from attribute in ((string Key, string? Value)[])
        [
            ("gen_ai.operation.name", Operation),
            ("gen_ai.provider.name", Provider),
            ("gen_ai.request.model", RequestModel),
            ("gen_ai.response.model", ResponseModel),
            ("error.type", ErrorType),
            ("tfy.request.created_by_subject_teams", Team),
        ]
        where attribute.Value is not null
        select (attribute.Key, attribute.Value);
}
