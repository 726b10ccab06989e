using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using SpanRelay.Telemetry;

namespace SpanRelay.Tests.Telemetry;

/// <summary>The table of docs/metrics.md is that of the code. SPANRELAY_WRITE_DOCS=1 writes it anew.</summary>
public sealed partial class MetricsPageTests
{
    private const string Start = "<!-- The table is generated from the code. -->\n";
    private const string End = "<!-- The table ends here. -->\n";

    [Fact]
    public void TheTableIsThatOfTheCode()
    {
        var root = typeof(MetricsPageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "SourceRoot").Value!;
        var file = Path.Combine(root, "docs", "metrics.md");
        var page = File.ReadAllText(file);
        var written = $"{page[..(page.IndexOf(Start, StringComparison.Ordinal) + Start.Length)]}{Table()}{page[page.IndexOf(End, StringComparison.Ordinal)..]}";
        if (Environment.GetEnvironmentVariable("SPANRELAY_WRITE_DOCS") == "1")
            File.WriteAllText(file, written);

        Assert.Equal(File.ReadAllText(file), written);
    }

    [Fact]
    public void EveryInstrumentOfTheMeterHasANameAUnitAndADescription()
    {
        List<Instrument> published = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == RelayTelemetry.Name)
                    published.Add(instrument);
            },
        };
        listener.Start();

        Assert.Equal(RelayMetrics.All.Select(each => each.Instrument).ToHashSet(), published.ToHashSet());
        Assert.Equal(published.Count, published.Select(each => each.Name).Distinct().Count());
        Assert.All(published, each =>
        {
            Assert.Matches(Name, each.Name);
            Assert.Matches(Unit, each.Unit);
            Assert.EndsWith(".", each.Description, StringComparison.Ordinal);
        });
    }

    private static string Table()
    {
        var text = new StringBuilder("\n| name | kind | unit | attributes | meaning |\n|---|---|---|---|---|\n");
        foreach (var (instrument, attributes) in RelayMetrics.All)
            text.Append($"| `{instrument.Name}` | {KindOf(instrument)} | `{instrument.Unit}` | {string.Join(", ", attributes.Select(each => $"`{each}`"))} | {instrument.Description} |\n");
        return text.Append('\n').ToString();
    }

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Counter<long> => "counter",
        Gauge<double> or ObservableGauge<int> => "gauge",
        _ => "histogram",
    };

    [GeneratedRegex(@"^spanrelay(\.[a-z][a-z_]*)+$")]
    private static partial Regex Name { get; }

    /// <summary>In UCUM: seconds, days, bytes, or what is counted.</summary>
    [GeneratedRegex(@"^(s|d|By|\{[a-z_]+\})$")]
    private static partial Regex Unit { get; }
}
