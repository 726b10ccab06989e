using System.Text.Json.Nodes;
using SpanRelay.Diagnosis;
using SpanRelay.Infrastructure.Tests.Templates;
using SpanRelay.Redaction.Detectors.Json;
using SpanRelay.Tokens;

namespace SpanRelay.Infrastructure.Tests.Drift;

public sealed class AlertDriftTests
{
    private static readonly string[] Events = [.. Repository.Sources().SelectMany(AlertDrift.LoggedEvents)];

    public static TheoryData<string> Combinations => [.. Deployment.Combinations];

    [Theory]
    [MemberData(nameof(Combinations))]
    public void WhatAlertsLookForIsSaid(string combination) =>
        Assert.Empty(AlertDrift.Findings(Deployment.Read(combination), Events));

    [Fact]
    public void AnEventThatIsNoLongerLoggedIsFound() =>
        Assert.Contains(
            """spanrelay-token-expires looks for "TokenExpires", which is not logged.""",
            AlertDrift.Findings(Deployment.Read("default"), [.. Events.Except(["TokenExpires"])]));

    /// <summary>Two events of one name could not be told apart.</summary>
    [Fact]
    public void EveryEventHasItsOwnName() => Assert.Equal(Events.Distinct(), Events);

    [Theory]
    [InlineData("""traces | where tostring(customDimensions.EventName) in ("DeadLeterRecorded")""", "which is not logged")]
    [InlineData("""traces | where message contains "Dead letter recorded: " """, "which hold what senders and servers write")]
    [InlineData("""traces | where message startswith "Dead letter recorded: " or tostring(customDimensions.EventName) in ("DeadLetterRecorded")""", "which hold what senders and servers write")]
    [InlineData("traces | where severityLevel >= 3", "looks for no event")]
    [InlineData("customMetrics | where name == 'x'", "which the host does not write")]
    public void AQueryThatFindsNothingIsFound(string query, string finding)
    {
        var deployment = Deployment.Read("default");
        deployment.Of("Microsoft.Insights/scheduledQueryRules").First()["properties"]!["criteria"]!["allOf"]![0]!["query"] = query;

        Assert.Contains(AlertDrift.Findings(deployment, Events), each => each.Contains(finding, StringComparison.Ordinal));
    }

    /// <summary>With OpenTelemetry the host samples no logs; only levels leave lines out.</summary>
    [Fact]
    public void TheHostKeepsEveryLineThatAnAlertMayLookFor()
    {
        var host = JsonNode.Parse(Repository.Read("host.json"))!;
        var levels = host["logging"]!["logLevel"]!.AsObject().ToDictionary(level => level.Key, level => level.Value!.GetValue<string>());

        Assert.Equal("OpenTelemetry", host["telemetryMode"]!.GetValue<string>());
        Assert.Equal("Information", levels["default"]);
        Assert.Equal("Information", levels["Function.ForwardSpans.User"]);
        Assert.Equal(
            ["Azure.Core", "Azure.Messaging.EventHubs", "Function.ForwardSpans", "Function.IngestKey", "Function.IngestTraces", "Host.Results"],
            levels.Where(level => level.Value != "Information").Select(level => level.Key));
    }

    [Fact]
    public void AMetricThatIsNotThereIsFound()
    {
        var deployment = Deployment.Read("default");
        deployment.Of("Microsoft.Insights/metricAlerts").First()["properties"]!["criteria"]!["allOf"]![0]!["metricName"] = JsonValue.Create("Throttled");

        Assert.Single(AlertDrift.Findings(deployment, Events));
    }
}
