using System.Text.RegularExpressions;
using SpanRelay.Diagnosis;
using SpanRelay.Infrastructure.Tests.Templates;

namespace SpanRelay.Infrastructure.Tests.Drift;

/// <summary>What alerts look for, and nothing says.</summary>
internal static partial class AlertDrift
{
    // Event Hubs' own metrics: https://learn.microsoft.com/azure/event-hubs/monitor-event-hubs-reference
    private static readonly string[] PlatformMetrics = ["Microsoft.EventHub/namespaces/ThrottledRequests", "Microsoft.EventHub/namespaces/IncomingMessages", "Microsoft.EventHub/namespaces/OutgoingMessages"];

    /// <param name="events">The names of the events that are logged.</param>
    public static IEnumerable<string> Findings(Deployment deployment, IReadOnlyCollection<string> events)
    {
        foreach (var alert in deployment.Of("Microsoft.Insights/scheduledQueryRules"))
        {
            var query = alert["properties"]!["criteria"]!["allOf"]![0]!["query"]!.GetValue<string>();
            var table = query.Split('|')[0].Trim();
            var names = EventNames.Match(query).Groups["name"].Captures.Select(name => name.Value).ToList();
            if (table is not ("traces" or "requests"))
                yield return $"{alert["name"]} asks {table}, which the host does not write.";
            if (table == "traces" && names.Count == 0)
                yield return $"{alert["name"]} looks for no event.";
            if (query.Contains("message", StringComparison.Ordinal))
                yield return $"{alert["name"]} looks into messages, which hold what senders and servers write.";
            foreach (var name in names.Where(name => !events.Contains(name)))
                yield return $"{alert["name"]} looks for \"{name}\", which is not logged.";
        }

        foreach (var alert in deployment.Of("Microsoft.Insights/metricAlerts"))
        {
            foreach (var metric in alert["properties"]!["criteria"]!["allOf"]!.AsArray().Select(criterion => $"{criterion!["metricNamespace"]}/{criterion["metricName"]}").Except(PlatformMetrics))
                yield return $"{alert["name"]} watches {metric}, which is not there.";
        }
    }

    /// <summary>The names that a source file's log methods give their events.</summary>
    public static IEnumerable<string> LoggedEvents(string source) => LoggerMessage.Matches(source).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"tostring\(customDimensions\.EventName\) in \((?:""(?<name>\w+)""(?:, )?)+\)$")]
    private static partial Regex EventNames { get; }

    [GeneratedRegex(@"\[LoggerMessage\(\s*\d+,.*EventName = LogEvents\.(\w+)\)\]")]
    private static partial Regex LoggerMessage { get; }
}
