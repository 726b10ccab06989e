using System.Reflection;

namespace SpanRelay.Tests.Architecture;

public class OneWayDownTests(ITestOutputHelper output)
{
    private static readonly Rooms FixtureRooms = new("SpanRelay.Tests.Architecture.Fixture", "Lower", "Upper");

    [Fact]
    public void AFolderOfTheCoreUsesOnlyThoseListedBeforeIt()
    {
        var graph = new RoomGraph(Rooms.OfTheCore, TypeUses.In(typeof(Relay).Assembly.Location));
        output.WriteLine(graph.ToString());

        Assert.Empty(graph.UnknownRooms);
        Assert.True(graph.ArrowsBack.Count == 0, $"{graph.ArrowsBack.Count} arrows run back:\n{string.Join('\n', graph.ArrowsBack)}");
    }

    [Theory]
    [InlineData("SpanRelay.Cli", "SpanRelay", "SpanRelay.Deploy", "SpanRelay.Local", "SpanRelay.Fakes")]
    [InlineData("SpanRelay.Deploy", "SpanRelay")]
    [InlineData("SpanRelay.Local", "SpanRelay", "SpanRelay.Fakes")]
    [InlineData("SpanRelay.Functions", "SpanRelay", "SpanRelay.Functions.EventHubs")]
    [InlineData("SpanRelay.Fakes", "SpanRelay")]
    [InlineData("SpanRelay")]
    public void AProjectReferencesOnlyWhatItStandsOn(string project, params string[] allowed)
    {
        var file = System.Xml.Linq.XDocument.Load(Path.Combine(Repository, "src", project, $"{project}.csproj"));
        var referenced = file.Descendants("ProjectReference")
            .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));

        Assert.Empty(referenced.Except(allowed));
    }

    [Theory]
    [InlineData("Field")]
    [InlineData("Signature")]
    [InlineData("Body")]
    [InlineData("Lambda")]
    [InlineData("Generic")]
    [InlineData("Attribute")]
    [InlineData("Constraint`1")]
    public void AnArrowBackIsFoundWhereverItHides(string place)
    {
        var graph = new RoomGraph(FixtureRooms, TypeUses.In(typeof(OneWayDownTests).Assembly.Location));
        const string Root = "SpanRelay.Tests.Architecture.Fixture";

        Assert.Contains($"Lower → Upper: {Root}.Lower.In{place} → {Root}.Upper.Roof", graph.ArrowsBack);
    }

    [Fact]
    public void AnArrowDownIsNoFault()
    {
        var graph = new RoomGraph(FixtureRooms, TypeUses.In(typeof(OneWayDownTests).Assembly.Location));

        Assert.Empty(graph.UnknownRooms);
        Assert.DoesNotContain(graph.ArrowsBack, arrow => arrow.StartsWith("Upper", StringComparison.Ordinal));
        Assert.Contains("Upper → Lower (1)", graph.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderThatTheListLeavesOutIsNamed()
    {
        var graph = new RoomGraph(new Rooms("SpanRelay.Tests.Architecture.Fixture", "Lower"), TypeUses.In(typeof(OneWayDownTests).Assembly.Location));

        Assert.Equal(["Upper"], graph.UnknownRooms);
    }

    private static string Repository { get; } =
        typeof(OneWayDownTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "SourceRoot").Value!;
}
