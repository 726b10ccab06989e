using System.Text.RegularExpressions;

namespace SpanRelay.Infrastructure.Tests.Documents;

/// <summary>What a document links to in the repository is there, the heading included.</summary>
public sealed partial class LinksTests
{
    public static TheoryData<string> Pages => [.. Repository.Pages()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryLinkLeadsSomewhere(string page) => Assert.Empty(Dead(page, Repository.Read(page)));

    [Theory]
    [InlineData("[a](no-such-page.md)", "no-such-page.md")]
    [InlineData("[a](doctor.md#no-such-heading)", "doctor.md#no-such-heading")]
    [InlineData("[a](#no-such-heading)", "#no-such-heading")]
    [InlineData("[a](../src/No.cs)", "../src/No.cs")]
    public void ALinkThatLeadsNowhereIsFound(string text, string link) => Assert.Equal([link], Dead("docs/metrics.md", text));

    [Theory]
    [InlineData("[a](doctor.md#a-canary) [b](../README.md#try-it) [c](decisions) [d](https://example.org/x#y)")]
    [InlineData("`[a](no-such-page.md)`\n```text\n[a](no-such-page.md)\n```\n")]
    public void OtherLinksAreNot(string text) => Assert.Empty(Dead("docs/metrics.md", text));

    private static IEnumerable<string> Dead(string page, string text)
    {
        foreach (Match match in Link.Matches(Code.Replace(text, "")))
        {
            var link = match.Groups[1].Value;
            if (Scheme.IsMatch(link))
                continue;
            var (path, anchor) = link.Split('#', 2) is [var before, var after] ? (before, after) : (link, null);
            var file = path.Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, path);
            var isThere = File.Exists(Repository.PathOf(file)) || (anchor is null && Directory.Exists(Repository.PathOf(file)));
            if (!isThere || (anchor is not null && file.EndsWith(".md", StringComparison.Ordinal) && !Anchors(path.Length == 0 ? text : Repository.Read(file)).Contains(anchor)))
                yield return link;
        }
    }

    /// <summary>As GitHub makes them; and those that a page sets itself.</summary>
    private static IEnumerable<string> Anchors(string text) => Heading.Matches(Fence.Replace(text, "")).Select(match => AnchorOf(match.Groups[1].Value))
        .Concat(Named.Matches(text).Select(match => match.Groups[1].Value));

#pragma warning disable CA1308 // GitHub's anchors are in lower case.
    private static string AnchorOf(string heading) => Dropped.Replace(heading.Trim(), "").Replace(' ', '-').ToLowerInvariant();
#pragma warning restore CA1308

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link { get; }

    [GeneratedRegex("^[a-z]+:")]
    private static partial Regex Scheme { get; }

    [GeneratedRegex("^ *```.*?^ *```|`[^`\n]*`", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code { get; }

    [GeneratedRegex("^ *```.*?^ *```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence { get; }

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading { get; }

    [GeneratedRegex("<a (?:id|name)=\"([^\"]+)\"")]
    private static partial Regex Named { get; }

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Dropped { get; }
}
