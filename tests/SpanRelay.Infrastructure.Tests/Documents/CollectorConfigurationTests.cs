using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace SpanRelay.Infrastructure.Tests.Documents;

/// <summary>The Collector's configurations in docs/connect. What their exporters send, in either encoding, is played by RecipeTests.</summary>
public sealed class CollectorConfigurationTests
{
    private static readonly string Folder = Repository.PathOf("docs/connect");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder, "*.yaml").Select(file => Path.GetFileName(file))];

    public static TheoryData<string> KafkaFiles => [.. Directory.EnumerateFiles(Folder, "*kafka*.yaml").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Files))]
    public void WhatAPipelineNamesIsThereAndNothingElseIs(string file)
    {
        var configuration = Read(file);
        var pipelines = Map(configuration, "service", "pipelines").Children.Values.Cast<YamlMappingNode>().ToList();

        Assert.Equal(["traces"], Map(configuration, "service", "pipelines").Children.Keys.Select(key => key.ToString()));
        foreach (var kind in new[] { "receivers", "exporters" })
            Assert.Equal(Map(configuration, kind).Children.Keys.Select(key => key.ToString()).Order(), pipelines.SelectMany(pipeline => Texts(pipeline.Children[kind])).Distinct().Order());
        var extensions = configuration.Children.TryGetValue("extensions", out var given) ? ((YamlMappingNode)given).Children.Keys.Select(key => key.ToString()) : [];
        Assert.Equal(extensions, Map(configuration, "service").Children.TryGetValue("extensions", out var used) ? Texts(used) : []);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void NoSecretIsInTheFile(string file)
    {
        foreach (var (key, value) in Scalars(Read(file)).Where(each => each.Key is "password" or "x-functions-key" or "client_secret" or "client_id"))
            Assert.True(value.StartsWith("${env:", StringComparison.Ordinal), $"{key}: {value}");
    }

    [Theory]
    [MemberData(nameof(KafkaFiles))]
    public void AnEventHubTakesWhatTheKafkaExporterSends(string file)
    {
        var values = Scalars(Map(Read(file), "exporters", "kafka")).ToLookup(each => each.Key, each => each.Value);

        Assert.EndsWith(".servicebus.windows.net:9093", Texts(Map(Read(file), "exporters", "kafka").Children["brokers"]).Single(), StringComparison.Ordinal);
        Assert.Contains($"var hubName = '{values["topic"].Single()}'", Repository.Read("infra/main.bicep"), StringComparison.Ordinal);
        Assert.Equal("false", values["insecure"].Single());
        Assert.Equal("none", values["compression"].Single());
        Assert.InRange(int.Parse(values["max_message_bytes"].Single(), CultureInfo.InvariantCulture), 100_000, 1_000_000);
        Assert.InRange(int.Parse(values["max_size"].Single(), CultureInfo.InvariantCulture), 100_000, 900_000);
        Assert.Contains($"`kafka` exporter, `{values["encoding"].Single()}`", Repository.Read("docs/connect/README.md"), StringComparison.Ordinal); // Played there.
        Assert.True(values["mechanism"].Single() == "PLAIN" ? values["username"].Single() == "$$ConnectionString" : values["oauthbearer_token_source"].Single() == "azure_auth");
    }

    [Fact]
    public void BothEncodingsAndBothLoginsAreShown()
    {
        var all = KafkaFiles.SelectMany(row => Scalars(Map(Read(row.Data), "exporters", "kafka"))).ToLookup(each => each.Key, each => each.Value);

        Assert.Equal(["otlp_json", "otlp_proto"], all["encoding"].Order());
        Assert.Equal(["OAUTHBEARER", "PLAIN"], all["mechanism"].Order());
    }

    [Fact]
    public void EveryFileIsOnThePage() =>
        Assert.All(Files, row => Assert.Contains($"({row.Data})", Repository.Read("docs/connect/collector.md"), StringComparison.Ordinal));

    private static YamlMappingNode Read(string file)
    {
        using var reader = File.OpenText(Path.Combine(Folder, file));
        var stream = new YamlStream();
        stream.Load(reader);
        return (YamlMappingNode)stream.Documents.Single().RootNode;
    }

    private static YamlMappingNode Map(YamlMappingNode node, params string[] path) => path.Aggregate(node, (at, name) => (YamlMappingNode)at.Children[name]);

    private static IEnumerable<string> Texts(YamlNode node) => ((YamlSequenceNode)node).Children.Select(child => child.ToString());

    private static IEnumerable<(string Key, string Value)> Scalars(YamlNode node) => node is not YamlMappingNode map
        ? []
        : map.Children.SelectMany(each => each.Value is YamlScalarNode value ? [(each.Key.ToString(), value.Value ?? "")] : Scalars(each.Value));
}
