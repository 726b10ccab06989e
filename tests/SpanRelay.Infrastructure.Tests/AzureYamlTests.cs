using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace SpanRelay.Infrastructure.Tests;

public sealed class AzureYamlTests
{
    /// <summary>Older ones take a hook in C# for a script that they do not know.</summary>
    [Fact]
    public void AzdIsNewEnoughForTheHooks() => Assert.Equal(">= 1.25.0", AzureYaml.Root["requiredVersions"]["azd"].ToString());

    /// <summary>By default azd packages while the preprovision hook runs: two builds in the same folders.</summary>
    [Fact]
    public void UpPackagesAfterTheHooksHaveBuilt() =>
        Assert.Equal(["provision", "deploy --all"], ((YamlSequenceNode)AzureYaml.Root["workflows"]["up"]).Select(step => step["azd"].ToString()));

    /// <summary>azd would otherwise draw its progress over a question, or keep the answer from the hook.</summary>
    [Fact]
    public void AHookThatAsksOrPrintsHasTheTerminal()
    {
        foreach (var name in new[] { "preprovision", "postprovision", "postup", "postdown" })
            Assert.Equal("true", AzureYaml.Hooks.Single(hook => hook.Name == name).Settings["interactive"].ToString());
    }

    /// <summary>azd prints its progress over what a hook of deploy prints last.</summary>
    [Fact]
    public void NothingIsPrintedByAHookOfDeploy() => Assert.DoesNotContain(AzureYaml.Hooks, hook => hook.Name.EndsWith("deploy", StringComparison.Ordinal));

    [Fact]
    public void TheGalleryKnowsTheTemplate() => Assert.Contains($"<VersionPrefix>{AzureYaml.Root["metadata"]["template"].ToString().Split("spanrelay@")[^1]}<", Repository.Read("Directory.Build.props"), StringComparison.Ordinal);

    /// <summary>azd runs the SDK before any hook could explain: every band of .NET 10 is accepted.</summary>
    [Fact]
    public void EverySdkOfDotNet10IsAccepted()
    {
        var sdk = JsonElement.Parse(Repository.Read("global.json")).GetProperty("sdk");

        Assert.Equal("10.0.100", sdk.GetProperty("version").GetString());
        Assert.Equal("latestFeature", sdk.GetProperty("rollForward").GetString());
    }

    /// <summary>Without an id azd runs "dotnet user-secrets init" before any hook, which changes the project.</summary>
    [Fact]
    public void AzdLeavesTheProjectAsItIs() => Assert.Contains("<UserSecretsId>", Repository.Read("src/SpanRelay.Functions/SpanRelay.Functions.csproj"), StringComparison.Ordinal);
}
