using System.Text.RegularExpressions;

namespace SpanRelay.Deploy;

/// <summary>infra/regions.bicep: where Flex Consumption is.</summary>
internal static partial class FlexRegions
{
    public static IReadOnlyList<string> Read(AzdProject project) =>
        [.. Region.Matches(File.ReadAllText(Path.Combine(project.Folder, "infra", "regions.bicep"))).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"^\s*(?:\|\s*)?'([a-z0-9]+)'", RegexOptions.Multiline)]
    private static partial Regex Region { get; }
}
