using System.Reflection;
using System.Text.RegularExpressions;
using SpanRelay.Local.Host;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>The log alerts of the templates, evaluated over lines as Application Insights would: by what travels beside a message.</summary>
internal static partial class AlertRules
{
    private static readonly IReadOnlyDictionary<string, IReadOnlySet<string>> Events = Read();

    public static IEnumerable<string> Names => Events.Keys;

    /// <summary>How many of the lines an alert counts.</summary>
    public static int Count(string alert, IEnumerable<WorkerOutput> lines) => lines.Count(line => Events[alert].Contains(line.EventName));

    private static Dictionary<string, IReadOnlySet<string>> Read()
    {
        var file = typeof(AlertRules).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "Alerts").Value!;
        var alerts = Alert.Matches(File.ReadAllText(file)).ToDictionary(
            alert => alert.Groups["name"].Value,
            IReadOnlySet<string> (alert) => Query.Match(alert.Groups["query"].Value) is { Success: true } query
                ? query.Groups["event"].Captures.Select(each => each.Value).ToHashSet()
                : throw new InvalidOperationException($"Another kind of query than this can evaluate: {alert.Groups["query"].Value}"));
        Assert.Equal(4, alerts.Count);
        return alerts;
    }

    [GeneratedRegex(@"name: '(?<name>[a-z-]+)'\s+description: '[^']*'\s+severity: \d\s+query: '(?<query>[^']*)'")]
    private static partial Regex Alert { get; }

    [GeneratedRegex(@"^traces \| where tostring\(customDimensions\.EventName\) in \((""(?<event>\w+)""(, )?)+\)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Query { get; }
}
