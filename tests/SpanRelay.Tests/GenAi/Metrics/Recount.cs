using System.Globalization;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.GenAi.Metrics;

/// <summary>Counts delivered spans as plainly as can be, and adds up what metrics say, to compare both.</summary>
internal sealed class Recount
{
    private static readonly double[] Seconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
    private static readonly double[] Tokens = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];
    private static readonly double[] FirstToken = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

    private readonly SortedDictionary<string, (decimal Count, decimal Sum, decimal[] Buckets)> _points = new(StringComparer.Ordinal);

    /// <summary>One line for each time series: how often, how much, and how many in each bucket.</summary>
    public IEnumerable<string> Lines => _points.Select(point =>
        $"{point.Key}: {point.Value.Count.ToString(CultureInfo.InvariantCulture)} × = {point.Value.Sum.ToString("0.############", CultureInfo.InvariantCulture)} [{string.Join(' ', point.Value.Buckets)}]");

    public decimal Count => _points.Values.Sum(point => point.Count);

    public static Recount Of(IEnumerable<ExportTraceServiceRequest> delivered, bool byTeam = false) => Of(
        from export in delivered from resource in export.ResourceSpans from scope in resource.ScopeSpans from span in scope.Spans select (resource.Resource, span), byTeam);

    public static Recount Of(IEnumerable<(Resource Resource, Span Span)> delivered, bool byTeam = false)
    {
        var recount = new Recount();
        foreach (var (resource, span) in delivered.Where(each => IsModelCall(each.Span)))
            recount.Add(Text(resource.Attributes, "service.name"), span, byTeam);
        return recount;
    }

    /// <summary>Without the bytes, which are not of model calls.</summary>
    public static Recount Of(IEnumerable<ReceivedMetric> metrics)
    {
        var recount = new Recount();
        foreach (var (resource, _, metric) in metrics.Where(each => each.Metric.Name.Contains("gen_ai.", StringComparison.Ordinal)))
        {
            var service = Text(resource.Attributes, "service.name");
            foreach (var point in metric.Histogram?.DataPoints ?? [])
                recount.Add(service, metric.Name, point.Attributes, point.Count, (decimal)point.Sum, [.. point.BucketCounts.Select(count => (decimal)count)]);
            foreach (var point in metric.Sum?.DataPoints ?? [])
                recount.Add(service, metric.Name, point.Attributes, 0, (decimal)point.AsDouble, []);
        }

        return recount;
    }

    /// <summary>Whether no time series has more than in the other, in any bucket.</summary>
    public bool IsWithin(Recount other) => _points.All(point => other._points.TryGetValue(point.Key, out var most)
        && point.Value.Count <= most.Count && point.Value.Sum <= most.Sum && point.Value.Buckets.Zip(most.Buckets).All(each => each.First <= each.Second));

    private static bool IsModelCall(Span span) => Text(span.Attributes, "tfy.span_type") is { } type
        ? type is "Model" or "LLM"
        : Text(span.Attributes, "gen_ai.operation.name") is { } operation
            ? operation is "chat" or "text_completion" or "generate_content" or "embeddings"
            : Text(span.Attributes, "gen_ai.provider.name", "gen_ai.system") is not null && Text(span.Attributes, "gen_ai.request.model", "gen_ai.response.model") is not null;

    private void Add(string? service, Span span, bool byTeam)
    {
        List<KeyValue> labels =
        [
            .. Label("gen_ai.operation.name", Text(span.Attributes, "gen_ai.operation.name")),
            .. Label("gen_ai.provider.name", Text(span.Attributes, "gen_ai.provider.name", "gen_ai.system")),
            .. Label("gen_ai.request.model", Text(span.Attributes, "gen_ai.request.model")),
            .. Label("gen_ai.response.model", Text(span.Attributes, "gen_ai.response.model")),
            .. Label("error.type", Text(span.Attributes, "error.type") ?? (span.Status?.Code == Status.Types.StatusCode.Error ? "_OTHER" : null)),
            .. Label("tfy.request.created_by_subject_teams", byTeam ? Text(span.Attributes, "tfy.request.created_by_subject_teams") : null),
        ];
        Histogram(service, "gen_ai.client.operation.duration", labels, (span.EndTimeUnixNano - span.StartTimeUnixNano) / 1_000_000_000m, Seconds);
        Histogram(service, "gen_ai.client.token.usage", [.. labels, .. Label("gen_ai.token.type", "input")], Number(span, "gen_ai.usage.input_tokens", "tfy.model.metric.input_tokens"), Tokens);
        Histogram(service, "gen_ai.client.token.usage", [.. labels, .. Label("gen_ai.token.type", "output")], Number(span, "gen_ai.usage.output_tokens"), Tokens);
        Histogram(service, "gen_ai.server.time_to_first_token", labels, Number(span, "tfy.model.metric.time_to_first_token_in_ms") / 1000, FirstToken);
        Sum(service, "spanrelay.gen_ai.cached_tokens", [.. labels, .. Label("gen_ai.token.type", "cache_read")], Number(span, "gen_ai.usage.cache_read.input_tokens"));
        Sum(service, "spanrelay.gen_ai.cached_tokens", [.. labels, .. Label("gen_ai.token.type", "cache_creation")], Number(span, "tfy.model.metric.cache_creation_input_tokens"));
        Sum(service, "spanrelay.gen_ai.cost", labels, Number(span, "gen_ai.usage.cost", "tfy.request_cost"));
    }

    private void Histogram(string? service, string name, List<KeyValue> labels, decimal? value, double[] bounds)
    {
        if (value is not { } number)
            return;

        var buckets = new decimal[bounds.Length + 1];
        buckets[bounds.TakeWhile(bound => number > (decimal)bound).Count()] = 1;
        Add(service, name, labels, 1, number, buckets);
    }

    private void Sum(string? service, string name, List<KeyValue> labels, decimal? value)
    {
        if (value is { } number)
            Add(service, name, labels, 0, number, []);
    }

    private void Add(string? service, string name, IEnumerable<KeyValue> labels, decimal count, decimal sum, decimal[] buckets)
    {
        var key = $"{service} {name} {string.Join(' ', labels.Select(each => $"{each.Key}={each.Value.StringValue}{(each.Value.HasBoolValue ? each.Value.BoolValue : "")}").Order(StringComparer.Ordinal))}";
        if (_points.TryGetValue(key, out var before))
            (count, sum, buckets) = (count + before.Count, sum + before.Sum, [.. buckets.Zip(before.Buckets, (one, other) => one + other)]);
        _points[key] = (count, sum, buckets);
    }

    private static KeyValue[] Label(string key, string? value) => value is null ? [] : [new KeyValue { Key = key, Value = new AnyValue { StringValue = value } }];

    private static string? Text(IEnumerable<KeyValue> attributes, params string[] keys) =>
        keys.Select(key => attributes.FirstOrDefault(each => each.Key == key)?.Value.StringValue).FirstOrDefault(text => !string.IsNullOrEmpty(text));

    private static decimal? Number(Span span, params string[] keys) =>
        keys.Select(key => span.Attributes.FirstOrDefault(each => each.Key == key)?.Value).FirstOrDefault(value => value is not null) is { } value
            ? value.HasIntValue ? value.IntValue : (decimal)value.DoubleValue
            : null;
}
