using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using SpanRelay.GenAi.Metrics;

namespace SpanRelay.Tests.GenAi.Metrics;

/// <summary>dynatrace/ and docs/ai-metrics.md match what is sent: queries use only keys that are sent, and every metric is documented.</summary>
public sealed partial class DynatraceDocumentsTests
{
    private static readonly string[] MetricsOfDynatrace =
        ["dt.sfm.server.spans.received", "dt.sfm.server.spans.persisted", "dt.sfm.server.spans.dropped", "dt.sfm.openpipeline.not_stored.records"];

    private static readonly string[] FieldsOfDynatrace =
    [
        "trace.id", "span.name", "span.kind", "start_time", "duration", "reason", "service.name", "supportability.dropped_attributes_count", "supportability.non_persisted_attribute_keys",
    ];

    private static string SourceRoot { get; } =
        typeof(DynatraceDocumentsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "SourceRoot").Value!;

    public static TheoryData<string, string> Queries() =>
    [
        .. Document("dashboard.json").GetProperty("tiles").EnumerateObject().Where(tile => tile.Value.TryGetProperty("query", out _))
            .Select(tile => (tile.Value.GetProperty("title").GetString()!, tile.Value.GetProperty("query").GetString()!)),
        .. Document("notebook.json").GetProperty("sections").EnumerateArray().Where(section => section.GetProperty("type").GetString() == "dql")
            .Select(section => (section.GetProperty("title").GetString()!, section.GetProperty("state").GetProperty("input").GetProperty("value").GetString()!)),
    ];

    [Theory]
    [MemberData(nameof(Queries))]
    public void AQueryUsesOnlyMetricsAndAttributesThatAreSent(string title, string query)
    {
        var metrics = query.StartsWith("timeseries", StringComparison.Ordinal)
            ? Aggregations.Matches(query.Split('\n')[0]).Select(match => match.Groups["metric"].Value).ToList()
            : [];
        string[] attributes = [.. SentWithMetrics(), .. SpanFields.Keys.Select(each => each.Key), .. FieldsOfDynatrace];
        var names = DottedNames.Matches(Texts.Replace(query, "")).Select(match => match.Value).Except(metrics).ToList();

        Assert.Empty(metrics.Except([.. Instrument.All.Select(each => each.Name), .. MetricsOfDynatrace]));
        Assert.Equal(query.StartsWith("timeseries", StringComparison.Ordinal), metrics.Count > 0);
        Assert.True(!names.Except(attributes).Any(), $"{title}: {string.Join(", ", names.Except(attributes))}");
        Assert.Equal(query.Count(c => c is '(' or '{'), query.Count(c => c is ')' or '}'));
        if (metrics.Count > 0 && By.Match(query) is { Success: true } by && metrics.All(metric => !MetricsOfDynatrace.Contains(metric)))
            Assert.Empty(DottedNames.Matches(by.Value).Select(match => match.Value).Except(SentWithMetrics())); // Of metrics, only these can be asked for.
    }

    [Fact]
    public void EveryMetricIsOnTheDashboardAndDescribed()
    {
        var dashboard = File.ReadAllText(Path.Combine(SourceRoot, "dynatrace", "dashboard.json"));
        var page = File.ReadAllText(Path.Combine(SourceRoot, "docs", "ai-metrics.md"));

        Assert.All(Instrument.All, each => Assert.Contains(each.Name, dashboard, StringComparison.Ordinal));
        Assert.All(Instrument.All, each => Assert.Contains($"| `{each.Name}` | {(each.Bounds is null ? "sum" : "histogram")} | `{each.Unit}` |", page, StringComparison.Ordinal));
        Assert.All(Measure.All.Select(each => each.Part).OfType<(string Key, string Value)>(), part => Assert.Contains($"`{part.Value}`", page, StringComparison.Ordinal));
        Assert.All(SpanFields.Keys, each => Assert.Contains($"`{each.Key}`", page, StringComparison.Ordinal));
        Assert.All(SentWithMetrics(), key => Assert.Contains($"`{key}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryTileHasItsPlaceAndNoneCoversAnother()
    {
        var document = Document("dashboard.json");
        var tiles = document.GetProperty("tiles").EnumerateObject().Select(tile => tile.Name).ToList();
        var layouts = document.GetProperty("layouts").EnumerateObject().ToList();

        Assert.Equal(tiles.Order(), layouts.Select(each => each.Name).Order());
        var covered = layouts.SelectMany(each => Cells(each.Value)).ToList();
        Assert.Equal(covered.Count, covered.Distinct().Count());
        Assert.All(covered, cell => Assert.InRange(cell.X, 0, 23));
        Assert.True(document.GetProperty("version").GetInt32() >= 21);
    }

    [Fact]
    public void EverySectionOfTheNotebookHasAnIdOfItsOwn()
    {
        var ids = Document("notebook.json").GetProperty("sections").EnumerateArray().Select(section => Guid.Parse(section.GetProperty("id").GetString()!)).ToList();

        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    private static IEnumerable<(int X, int Y)> Cells(JsonElement layout) =>
        from x in Enumerable.Range(layout.GetProperty("x").GetInt32(), layout.GetProperty("w").GetInt32())
        from y in Enumerable.Range(layout.GetProperty("y").GetInt32(), layout.GetProperty("h").GetInt32())
        select (x, y);

    /// <summary>What a data point, or its resource, may have.</summary>
    private static IEnumerable<string> SentWithMetrics()
    {
        var all = new LabelSet { Operation = "", Provider = "", RequestModel = "", ResponseModel = "", ErrorType = "", Team = "" };
        return [.. all.Attributes.Select(each => each.Key), LabelSet.ServiceKey, LabelSet.OverflowKey, .. Measure.All.Select(each => each.Part?.Key).OfType<string>().Distinct()];
    }

    private static JsonElement Document(string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(SourceRoot, "dynatrace", name))).RootElement;

    [GeneratedRegex(@"\b(?:sum|count|avg|percentile)\((?<metric>[a-z_.]+)")]
    private static partial Regex Aggregations { get; }

    [GeneratedRegex(@"\b[a-z_]+(?:\.[A-Za-z_]+)+\b")]
    private static partial Regex DottedNames { get; }

    [GeneratedRegex(@"by:\{[^}]*\}")]
    private static partial Regex By { get; }

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Texts { get; }
}
