using System.Reflection;

namespace SpanRelay.Tests.Architecture;

public class PublicSurfaceTests
{
    private const string WriteApproved = "SPANRELAY_WRITE_APPROVED";

    /// <summary>Whoever changes what the core offers sees it as a difference in SpanRelay.approved.txt, and approves it by writing the file anew.</summary>
    [Fact]
    public void TheCoreOffersWhatWasApproved()
    {
        var root = typeof(PublicSurfaceTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "SourceRoot").Value!;
        var approved = Path.Combine(root, "tests", "SpanRelay.Tests", "Architecture", "SpanRelay.approved.txt");
        var surface = PublicSurface.Of(typeof(Relay).Assembly, withoutNamespace: "SpanRelay.Otlp.Schema").ToArray();
        if (Environment.GetEnvironmentVariable(WriteApproved) == "1")
            File.WriteAllText(approved, string.Join('\n', surface) + "\n");

        var before = File.ReadAllLines(approved);
        var changes = before.Except(surface).Select(line => $"- {line}").Concat(surface.Except(before).Select(line => $"+ {line}")).ToArray();
        Assert.True(
            changes.Length == 0,
            $"The public surface of the core changed. If that is wanted, run the test once with {WriteApproved}=1 and commit the file.\n{string.Join('\n', changes)}");
    }
}
