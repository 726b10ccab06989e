using YamlDotNet.RepresentationModel;

namespace SpanRelay.Infrastructure.Tests.Workflows;

/// <summary>A GitHub workflow.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Root">What stands in it.</param>
internal sealed record Workflow(string Name, YamlMappingNode Root)
{
    public IEnumerable<(string Name, YamlMappingNode Node)> Jobs =>
        Map(Root, "jobs")!.Children.Select(job => (Text(job.Key), (YamlMappingNode)job.Value));

    public IEnumerable<YamlMappingNode> Steps => Jobs.SelectMany(job => ((YamlSequenceNode)job.Node["steps"]).Children.Cast<YamlMappingNode>());

    public static Workflow Parse(string name, string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return new Workflow(name, (YamlMappingNode)stream.Documents[0].RootNode);
    }

    public static IEnumerable<Workflow> All() => Directory.EnumerateFiles(Repository.PathOf(".github/workflows"), "*.yml")
        .Order(StringComparer.Ordinal).Select(file => Parse(Path.GetFileName(file), File.ReadAllText(file)));

    public static YamlMappingNode? Map(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var value) ? value as YamlMappingNode : null;

    public static string? Value(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var value) ? Text(value) : null;

    public static string Text(YamlNode node) => ((YamlScalarNode)node).Value ?? "";

    public static IEnumerable<(string Key, string Value)> Pairs(YamlMappingNode? node) =>
        node is null ? [] : node.Children.Select(pair => (Text(pair.Key), pair.Value is YamlScalarNode scalar ? scalar.Value ?? "" : ""));
}
