using System.Text.RegularExpressions;
using SpanRelay.Tests.Redaction.Oracle;

namespace SpanRelay.Tests;

public partial class ReadmeTests
{
    public static TheoryData<string, string> TestsItNames()
    {
        var readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "documents", "README.md"));
        return [.. TestName.Matches(readme).Select(match => (match.Groups["class"].Value, match.Groups["method"].Value))];
    }

    [Theory]
    [MemberData(nameof(TestsItNames))]
    public void EveryTestItNamesIsThere(string className, string method)
    {
        var named = Assert.Single(typeof(ReadmeTests).Assembly.GetTypes(), type => type.Name == className);

        Assert.Contains(named.GetMethods(), each => each.Name == method && each.GetCustomAttributes(inherit: true).Any(attribute => attribute is FactAttribute));
    }

    [GeneratedRegex(@"`(?<class>\w+Tests)\.(?<method>\w+)`")]
    private static partial Regex TestName { get; }
}
