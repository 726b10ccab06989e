using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace SpanRelay.Infrastructure.Tests.Documents;

/// <summary>What people look for around a repository.</summary>
public sealed class CommunityTests
{
    [Theory]
    [InlineData("SECURITY.md", "Report a vulnerability")]
    [InlineData("CODE_OF_CONDUCT.md", "Reports stay confidential")]
    [InlineData("LICENSE", "MIT")]
    public void ADocumentSaysWhatItIsFor(string file, string text) => Assert.Contains(text, Repository.Read(file), StringComparison.Ordinal);

    [Theory]
    [InlineData("bug.yml")]
    [InlineData("idea.yml")]
    public void AnIssueTemplateAsksForSomething(string file)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Repository.Read($".github/ISSUE_TEMPLATE/{file}")));
        var root = (YamlMappingNode)stream.Documents[0].RootNode;

        Assert.NotEmpty(root["name"].ToString());
        Assert.NotEmpty(root["description"].ToString());
        Assert.Contains((YamlSequenceNode)root["body"], element => element["type"].ToString() == "textarea");
    }

    /// <summary>A codespace delivers a trace when it opens, by the command of the README.</summary>
    [Fact]
    public void TheDevContainerHasWhatTheReadmeNeeds()
    {
        var container = JsonElement.Parse(Repository.Read(".devcontainer/devcontainer.json"));
        var features = container.GetProperty("features");

        Assert.EndsWith("-10.0", container.GetProperty("image").GetString(), StringComparison.Ordinal);
        Assert.Equal("22", features.GetProperty("ghcr.io/devcontainers/features/node:1").GetProperty("version").GetString());
        Assert.True(features.TryGetProperty("ghcr.io/azure/azure-dev/azd:latest", out _));
        Assert.Contains("dotnet run --project src/SpanRelay.Cli -- run", Repository.Read("README.md"), StringComparison.Ordinal);
        Assert.Equal("dotnet run --project src/SpanRelay.Cli -- run --once", container.GetProperty("postAttachCommand").GetString());
    }
}
