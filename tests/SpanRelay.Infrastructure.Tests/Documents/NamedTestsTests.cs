namespace SpanRelay.Infrastructure.Tests.Documents;

/// <summary>Documents name the test of each thing that they say.</summary>
public sealed class NamedTestsTests
{
    private static readonly ILookup<string, string> Files = Directory
        .EnumerateFiles(Repository.PathOf("tests"), "*Tests*.cs", SearchOption.AllDirectories)
        .ToLookup(file => Path.GetFileName(file).Split('.')[0], File.ReadAllText);

    [Theory]
    [InlineData("README.md", "| data | what happens to it")]
    [InlineData("docs/security.md", "| threat |")]
    [InlineData("docs/decisions/0009-infrastructure.md", "| what can go wrong")]
    public void EveryRowNamesTestsThatAreThere(string document, string header)
    {
        var rows = DocumentTable.Rows(document, header);

        Assert.NotEmpty(rows);
        Assert.All(rows.SelectMany(row => row[2].Split(", ")).Select(name => name.Trim('`')), name => Assert.True(IsThere(name), name));
    }

    private static bool IsThere(string test) => test.Split('.') is [var type, var method] && Files[type].Any(text => text.Contains($" {method}(", StringComparison.Ordinal));
}
