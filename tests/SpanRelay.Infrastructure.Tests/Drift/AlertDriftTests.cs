using System.Text.Json.Nodes;
using SpanRelay.Diagnosis;
using SpanRelay.Infrastructure.Tests.Templates;
using SpanRelay.Redaction.Detectors.Json;
using SpanRelay.Tokens;

namespace SpanRelay.Infrastructure.Tests.Drift;

public sealed class AlertDriftTests
{
    private static readonly string[] Templates = [.. Repository.Sources().SelectMany(AlertDrift.LogTemplates)];

    public static TheoryData<string> Combinations => [.. Deployment.Combinations];

    [Theory]
    [MemberData(nameof(Combinations))]
    public void WhatAlertsLookForIsSaid(string combination) =>
        Assert.Empty(AlertDrift.Findings(Deployment.Read(combination), Templates));

    [Fact]
    public void APhraseThatIsNoLongerLoggedIsFound() =>
        Assert.Contains(
            """spanrelay-token-expires looks for "The token expires in ", which is not logged.""",
            AlertDrift.Findings(Deployment.Read("default"), [.. Templates.Select(template => template.Replace("The token expires in", "The token ends in", StringComparison.Ordinal))]));

    [Theory]
    [InlineData("""traces | where message contains "Dead leter recorded: " """, "which is not logged")]
    [InlineData("traces | where severityLevel >= 3", "looks for nothing")]
    [InlineData("customMetrics | where name == 'x'", "which the host does not write")]
    public void AQueryThatFindsNothingIsFound(string query, string finding)
    {
        var deployment = Deployment.Read("default");
        deployment.Of("Microsoft.Insights/scheduledQueryRules").First()["properties"]!["criteria"]!["allOf"]![0]!["query"] = query;

        Assert.Contains(AlertDrift.Findings(deployment, Templates), each => each.Contains(finding, StringComparison.Ordinal));
    }

    /// <summary>A line that sampling leaves out raises no alert.</summary>
    [Fact]
    public void TheHostKeepsEveryLineThatAnAlertMayLookFor()
    {
        var logging = JsonNode.Parse(Repository.Read("host.json"))!["logging"]!;

        Assert.Contains("Trace", logging["applicationInsights"]!["samplingSettings"]!["excludedTypes"]!.GetValue<string>().Split(';'));
        Assert.Equal("Information", logging["logLevel"]!["default"]!.GetValue<string>());
        Assert.Equal(["default", "Function.ForwardSpans"], logging["logLevel"]!.AsObject().Select(level => level.Key));
    }

    [Fact]
    public void AMetricThatIsNotThereIsFound()
    {
        var deployment = Deployment.Read("default");
        deployment.Of("Microsoft.Insights/metricAlerts").First()["properties"]!["criteria"]!["allOf"]![0]!["metricName"] = JsonValue.Create("Throttled");

        Assert.Single(AlertDrift.Findings(deployment, Templates));
    }
}
