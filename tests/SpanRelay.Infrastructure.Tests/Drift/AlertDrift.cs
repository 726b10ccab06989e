using System.Text.RegularExpressions;
using SpanRelay.Diagnosis;
using SpanRelay.Infrastructure.Tests.Templates;

namespace SpanRelay.Infrastructure.Tests.Drift;

/// <summary>What alerts look for, and nothing says.</summary>
internal static partial class AlertDrift
{
    // Event Hubs' own metrics: https://learn.microsoft.com/azure/event-hubs/monitor-event-hubs-reference
    private static readonly string[] PlatformMetrics = ["Microsoft.EventHub/namespaces/ThrottledRequests", "Microsoft.EventHub/namespaces/IncomingMessages"];

    public static IEnumerable<string> Findings(Deployment deployment, IReadOnlyCollection<string> templates)
    {
        foreach (var alert in deployment.Of("Microsoft.Insights/scheduledQueryRules"))
        {
            var query = alert["properties"]!["criteria"]!["allOf"]![0]!["query"]!.GetValue<string>();
            var table = query.Split('|')[0].Trim();
            var phrases = Phrase.Matches(query).Select(match => match.Groups[1].Value).ToList();
            if (table is not ("traces" or "requests"))
                yield return $"{alert["name"]} asks {table}, which the host does not write.";
            if (table == "traces" && phrases.Count == 0)
                yield return $"{alert["name"]} looks for nothing.";
            foreach (var phrase in phrases.Where(phrase => !templates.Any(template => template.Contains(phrase, StringComparison.Ordinal))))
                yield return $"{alert["name"]} looks for \"{phrase}\", which is not logged.";
        }

        foreach (var alert in deployment.Of("Microsoft.Insights/metricAlerts"))
        {
            var criterion = alert["properties"]!["criteria"]!["allOf"]![0]!;
            var metric = $"{criterion["metricNamespace"]}/{criterion["metricName"]}";
            if (!PlatformMetrics.Contains(metric))
                yield return $"{alert["name"]} watches {metric}, which is not there.";
        }
    }

    /// <summary>The message templates of a source file's log methods.</summary>
    public static IEnumerable<string> LogTemplates(string source) => LoggerMessage.Matches(source).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"(?:contains|has) ""([^""]+)""")]
    private static partial Regex Phrase { get; }

    [GeneratedRegex(@"\[LoggerMessage\(\s*\d+,\s*LogLevel\.\w+,\s*""((?:[^""\\]|\\.)*)""")]
    private static partial Regex LoggerMessage { get; }
}
