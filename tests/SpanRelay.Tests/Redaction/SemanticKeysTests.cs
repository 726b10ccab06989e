using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using SpanRelay.Redaction;

namespace SpanRelay.Tests.Redaction;

/// <summary>Every generative-AI key of the published conventions is classified: as content, as metadata, or by its namespace.</summary>
public class SemanticKeysTests(ITestOutputHelper output)
{
    private static readonly KeyPatterns Metadata = new(ContentKeys.Metadata);

    [Fact]
    public async Task EveryPublishedKeyIsClassified()
    {
        var rules = new ContentRules(excludesErrorTexts: true);
        var unclassified = new List<string>();
        foreach (var (package, keys) in await PublishedKeysAsync())
        {
            var classes = keys.Select(key => (Key: key, Class: Classify(rules, Encoding.UTF8.GetBytes(key)))).ToList();
            output.WriteLine($"{package}: {string.Join(", ", classes.GroupBy(each => each.Class ?? "unclassified").Select(group => $"{group.Count()} {group.Key}"))}");
            unclassified.AddRange(classes.Where(each => each.Class is null).Select(each => $"{each.Key} ({package})"));
            Assert.NotEmpty(keys);
        }

        Assert.Empty(unclassified);
    }

    private static string? Classify(ContentRules rules, byte[] key) => rules.Find(key) switch
    {
        { Rule: Rule.Content, Kept: <= KeptValues.Numbers } => "content",
        { Rule: not null } => "identifiers only",
        _ => Metadata.Match(key) ? "metadata" : null,
    };

    private static async Task<Dictionary<string, string[]>> PublishedKeysAsync()
    {
        var root = typeof(SemanticKeysTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "SourceRoot").Value!;
        using var node = Process.Start(new ProcessStartInfo("node", ["semantic-keys.mjs"]) { WorkingDirectory = Path.Combine(root, "tests", "clients"), RedirectStandardOutput = true })!;
        var keys = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        return JsonSerializer.Deserialize<Dictionary<string, string[]>>(keys)!;
    }
}
