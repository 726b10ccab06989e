using System.Globalization;
using System.Text.RegularExpressions;

namespace SpanRelay.Tests.Settings;

/// <summary>The tables of settings are those of the code. SPANRELAY_WRITE_DOCS=1 writes them anew.</summary>
public sealed partial class ConfigurationPageTests
{
    private const string Page = "configuration.md";

    public static TheoryData<string> Pages => [Page, "ingest.md"];

    [Theory]
    [MemberData(nameof(Pages))]
    public void TheTablesAreThoseOfTheCode(string page)
    {
        var file = Path.Combine(Documents.Root, "docs", page);
        var text = File.ReadAllText(file);
        var written = Region.Replace(text, region => $"{region.Groups["start"].Value}\n| setting | meaning | default | values |\n|---|---|---|---|\n{string.Concat(RowsOf(region))}\n<!-- end of settings -->");
        if (Documents.AreWritten)
            File.WriteAllText(file, written);

        Assert.Matches(Region, text);
        Assert.Equal(File.ReadAllText(file), written);
    }

    [Fact]
    public void EveryRowIsInOneTable()
    {
        var shown = Region.Matches(File.ReadAllText(Path.Combine(Documents.Root, "docs", Page))).SelectMany(RowsOf).Select(row => row.Names[0]);

        Assert.Equal(SettingRow.All.Select(row => row.Names[0]).Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EverySettingThatIsReadHasOneRow()
    {
        var read = SettingRow.NamesRead.Concat(SettingRow.Sources.SelectMany(source => Asked.Matches(source)).Select(match => match.Groups[1].Value)).Distinct();
        var rows = SettingRow.All.SelectMany(row => row.Names).ToList();

        Assert.Equal(rows.Distinct(), rows);
        Assert.Empty(read.Except(rows));
    }

    [Fact]
    public void EveryRowIsRead()
    {
        var sources = SettingRow.Sources.ToList();

        Assert.All(SettingRow.All.Where(row => row.ReadBy is null || row.ReadBy.StartsWith("Set", StringComparison.Ordinal)).SelectMany(row => row.Names), name =>
            Assert.True(SettingRow.NamesRead.Contains(name) || sources.Any(source => source.Contains($"\"{name}\"", StringComparison.Ordinal)), name));
    }

    /// <summary>As <c>45 seconds (`Relay__RetryBudget`)</c>.</summary>
    [Fact]
    public void ADefaultThatAPageRepeatsIsThatOfTheCode()
    {
        var repeated = Directory.EnumerateFiles(Path.Combine(Documents.Root, "docs"), "*.md", SearchOption.AllDirectories).Append(Path.Combine(Documents.Root, "README.md"))
            .SelectMany(file => Repeated.Matches(File.ReadAllText(file))).ToList();

        Assert.True(repeated.Count >= 4);
        Assert.All(repeated, each => Assert.Equal(DefaultOf(each.Groups["name"].Value), Written(each.Groups["number"].Value, each.Groups["unit"].Value)));
    }

    private static string DefaultOf(string name) => SettingRow.All.Single(row => row.Names.Contains(name)).Default.Trim('`');

    private static string Written(string number, string unit) => (unit, double.Parse(number, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)) switch
    {
        ("seconds", var seconds) => TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture),
        ("minutes", var minutes) => TimeSpan.FromMinutes(minutes).ToString("c", CultureInfo.InvariantCulture),
        (_, var count) => count.ToString(CultureInfo.InvariantCulture),
    };

    private static IEnumerable<SettingRow> RowsOf(Match region)
    {
        var prefixes = region.Groups["prefixes"].Value.Split(' ');
        return SettingRow.All.Where(row => row.IsOf(prefixes) && !(prefixes.Contains("SPANRELAY_") && row.Names[0].StartsWith("SPANRELAY_LOCAL_", StringComparison.Ordinal)));
    }

    [GeneratedRegex("(?<start><!-- settings: (?<prefixes>[^>]+) -->\n).*?<!-- end of settings -->", RegexOptions.Singleline)]
    private static partial Regex Region { get; }

    [GeneratedRegex(@"(?<number>[0-9,]+) (?<unit>seconds|minutes|days|bytes)\s+\(`(?<name>\w+__\w+)`\)")]
    private static partial Regex Repeated { get; }

    /// <summary>A setting by its literal name, or a variable of the command.</summary>
    [GeneratedRegex(@"(?:(?:\bsettings\.(?:Text|Flag|Number|Duration)|GetEnvironmentVariable)\(|(?=""SPANRELAY_))""([A-Za-z][A-Za-z_]*[A-Za-z])""")]
    private static partial Regex Asked { get; }
}
