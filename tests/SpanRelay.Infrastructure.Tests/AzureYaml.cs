using YamlDotNet.RepresentationModel;

namespace SpanRelay.Infrastructure.Tests;

/// <summary>azure.yaml, by which azd knows the repository.</summary>
internal static class AzureYaml
{
    public static YamlMappingNode Root { get; } = Read();

    public static IEnumerable<(string Name, YamlMappingNode Settings)> Hooks =>
        ((YamlMappingNode)Root["hooks"]).Children.Select(hook => (hook.Key.ToString(), (YamlMappingNode)hook.Value));

    public static IEnumerable<string> PipelineVariables => ((YamlSequenceNode)Root["pipeline"]["variables"]).Select(name => name.ToString());

    private static YamlMappingNode Read()
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Repository.Read("azure.yaml")));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }
}
