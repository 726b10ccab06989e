using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SpanRelay.Watch;

/// <summary>Selects spans of a query. A value that ends in * selects what starts with the rest.</summary>
public sealed partial record SpanFilter
{
    /// <summary>Spans that one query returns at most, the newest ones.</summary>
    internal const int MostSpans = 1_000;

    private const int LongestKey = 200;
    private const int LongestValue = 1_000;
    private const int MostAttributes = 20;
    private const string ServiceKey = "service.name";
    private const string NameKey = "span.name";

    /// <summary>What a line shows.</summary>
    private static readonly string[] Fields =
    [
        "start_time", "end_time", "trace.id", "span.id", NameKey, ServiceKey, "duration", "span.status_code",
        "gen_ai.request.model", "gen_ai.response.model", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens",
    ];

    public string? Service { get; init; }

    public string? Name { get; init; }

    /// <summary>In hex.</summary>
    public string? TraceId { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Attributes { get; init; } = [];

    /// <summary>Whether spans come with all of their attributes, or with what a line shows.</summary>
    public bool WithAttributes { get; init; }

    /// <summary>What cannot be asked for; empty when all can. One line each, without the values.</summary>
    public IEnumerable<string> FindProblems()
    {
        if (TraceId is not null && !IsTraceId.IsMatch(TraceId))
            yield return "--trace takes a trace id: 32 hexadecimal digits, not all of them 0.";
        if (Attributes.Count > MostAttributes)
            yield return $"--attribute can be given {MostAttributes} times.";
        foreach (var (key, _) in Attributes.Where(each => each.Key.Length == 0 || !OneLine.Is(each.Key, LongestKey) || each.Key.Contains('`', StringComparison.Ordinal)))
            yield return $"--attribute takes key=value, and no span has the key {OneLine.Quoted(key, 100)}.";
        var values = Attributes.Select(each => each.Value).Append(Service).Append(Name).OfType<string>();
        if (values.Any(value => !OneLine.Is(value, LongestValue)))
            yield return string.Create(CultureInfo.InvariantCulture, $"A value to filter by is one line of visible characters, {LongestValue:N0} at most.");
    }

    /// <summary>The query in DQL. What the user gave is in it as strings and quoted names only.</summary>
    internal string ToQuery(TimeSpan lookBack)
    {
        var query = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"fetch spans, from:now() - {Math.Ceiling(lookBack.TotalSeconds):0}s"));
        foreach (var condition in Conditions())
            query.Append(" | filter ").Append(condition);
        query.Append(CultureInfo.InvariantCulture, $" | sort end_time desc | limit {MostSpans}");
        if (!WithAttributes)
            query.Append(" | fields ").AppendJoin(", ", Fields);
        return query.ToString();
    }

    private IEnumerable<string> Conditions()
    {
        if (TraceId is { } traceId)
            yield return $"trace.id == toUid({Quoted(traceId.ToLowerInvariant())})";
        if (Service is { } service)
            yield return Condition(ServiceKey, service);
        if (Name is { } name)
            yield return Condition(NameKey, name);
        foreach (var (key, value) in Attributes)
            yield return Condition(key, value);
    }

    /// <summary>Attributes are compared as text: numbers are given as such on a command line too.</summary>
    private static string Condition(string key, string value) => value.EndsWith('*')
        ? $"startsWith(toString(`{key}`), {Quoted(value[..^1])})"
        : $"toString(`{key}`) == {Quoted(value)}";

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    [GeneratedRegex(@"^(?!0{32})[0-9a-fA-F]{32}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IsTraceId { get; }
}
