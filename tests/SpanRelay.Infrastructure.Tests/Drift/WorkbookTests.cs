using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SpanRelay.Telemetry;

namespace SpanRelay.Infrastructure.Tests.Drift;

/// <summary>What the workbook asks for is measured and logged: else its charts stay empty without an error.</summary>
public sealed partial class WorkbookTests
{
    private static readonly Dictionary<string, string[]> Metrics = RelayMetrics.All.ToDictionary(each => each.Instrument.Name, each => each.Attributes);

    private static readonly HashSet<string> Events = [.. typeof(LogEvents).GetFields().Select(field => (string)field.GetRawConstantValue()!)];

    private static readonly IReadOnlyList<string> Queries =
    [
        .. JsonNode.Parse(Repository.Read("infra/modules/workbook.json"))!["items"]!.AsArray()
            .Select(item => item!["content"]!["query"]?.GetValue<string>()).OfType<string>(),
    ];

    [Fact]
    public void EveryQueryFindsWhatTheAppEmits()
    {
        Assert.InRange(Queries.Count, 15, 40);
        Assert.Empty(Queries.SelectMany(Findings));
    }

    [Theory]
    [InlineData("customMetrics | where name == \"spanrelay.span\" | summarize sum(valueSum)", "spanrelay.span is no metric.")]
    [InlineData("customMetrics | where name == \"spanrelay.spans\" | summarize sum(valueSum) by tostring(customDimensions.cause)", "cause is no attribute of spanrelay.spans.")]
    [InlineData("customMetrics | where name == \"spanrelay.request.duration\" | summarize sum(valueSum) by tostring(customDimensions[\"error.kind\"])", "error.kind is no attribute of spanrelay.request.duration.")]
    [InlineData("traces | where tostring(customDimensions.EventName) in (\"SpansHeld\", \"SpansLost\")", "SpansLost is no log event.")]
    public void AQueryThatFindsNothingIsFound(string query, string finding) => Assert.Equal([finding], Findings(query));

    private static IEnumerable<string> Findings(string query)
    {
        var names = MetricName.Matches(query).Select(match => match.Groups[1].Value).Distinct().ToList();
        var keys = Dimension.Matches(query).Select(match => match.Groups["key"].Value).Distinct().Where(key => key != "EventName").ToList();
        var unknown = names.Where(name => !Metrics.ContainsKey(name)).ToList();
        return
        [
            .. unknown.Select(name => $"{name} is no metric."),
            .. unknown.Count > 0 ? [] : keys.Where(key => !names.Exists(name => Metrics[name].Contains(key))).Select(key => $"{key} is no attribute of {string.Join(", ", names)}."),
            .. EventNames.Matches(query).SelectMany(match => Quoted.Matches(match.Value)).Select(match => match.Groups[1].Value).Where(name => !Events.Contains(name)).Select(name => $"{name} is no log event."),
        ];
    }

    /// <summary>In full: <c>"spanrelay.batch.bytes."</c> is part of a name.</summary>
    [GeneratedRegex("\"(spanrelay\\.[a-z_.]*[a-z])\"")]
    private static partial Regex MetricName { get; }

    [GeneratedRegex("customDimensions(\\.(?<key>\\w+)|\\[\"(?<key>[^\"]+)\"\\])")]
    private static partial Regex Dimension { get; }

    [GeneratedRegex(@"customDimensions\.EventName\) in \([^)]*\)")]
    private static partial Regex EventNames { get; }

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Quoted { get; }
}
