using System.Text.Json.Nodes;
using SpanRelay.Deploy;

namespace SpanRelay.Infrastructure.Tests.Templates;

/// <summary>infra/main.parameters.json, by which azd gives the settings to the templates.</summary>
public sealed class ParametersFileTests
{
    private static readonly string[] Given = ["AZURE_ENV_NAME", "AZURE_LOCATION", "AZURE_RESOURCE_GROUP"];

    private static readonly Lazy<Task<JsonObject>> Template = new(() => BicepCompiler.BuildAsync(Repository.PathOf("infra/main.bicep")));

    private static ParametersFile File => ParametersFile.Read(Repository.PathOf("infra/main.parameters.json"));

    private static IEnumerable<string> Settings => File.Settings.Concat(["DYNATRACE_TOKEN_STORED", "DYNATRACE_ROTATION_TOKEN_STORED"]);

    /// <summary>azd keeps only outputs in Azure: another machine, a colleague and "azd env refresh" know a setting by its output.</summary>
    [Fact]
    public void EverySettingIsAnOutput() => Assert.Empty(Settings.Except(Deployment.Read("default").Outputs.Select(output => output.Key)));

    /// <summary>"azd down" removes outputs: what must be asked for again is one, and the region is not.</summary>
    [Fact]
    public void DownForgetsThatTheTokenIsStoredAndKeepsTheRegion()
    {
        var outputs = Deployment.Read("default").Outputs.Select(output => output.Key).ToList();

        Assert.Contains("DYNATRACE_TOKEN_STORED", outputs);
        Assert.DoesNotContain("AZURE_LOCATION", outputs);
    }

    [Fact]
    public void ThePipelineHasEverySetting() => Assert.Equal(Settings.Order(StringComparer.Ordinal), AzureYaml.PipelineVariables.Order(StringComparer.Ordinal));

    [Fact]
    public async Task EveryParameterOfTheTemplatesHasItsSetting()
    {
        var template = await Template.Value;
        var file = JsonNode.Parse(Repository.Read("infra/main.parameters.json"))!["parameters"]!.AsObject();

        Assert.Equal(template["parameters"]!.AsObject().Select(parameter => parameter.Key).Order(StringComparer.Ordinal), file.Select(parameter => parameter.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task TheDefaultsOfTheFileAreThoseOfTheTemplates()
    {
        var template = await Template.Value;
        var resolved = JsonNode.Parse(File.Resolve(Project()))!["parameters"]!.AsObject();

        foreach (var (name, parameter) in resolved.Where(parameter => parameter.Key != "resourceGroupName" && template["parameters"]![parameter.Key]!["defaultValue"] is not null))
            Assert.True(JsonNode.DeepEquals(template["parameters"]![name]!["defaultValue"], parameter!["value"]), name);
    }

    /// <summary>The templates take one of two settings for a token; where both were set they would run into each other.</summary>
    [Fact]
    public void ATokenIsWhatWasExportedOrWhatWasTyped()
    {
        Assert.Equal("typed", Token(("DYNATRACE_TOKEN_ONCE", "typed")));
        Assert.Equal("exported", Token(("DYNATRACE_TOKEN", "exported"), ("DYNATRACE_TOKEN_ONCE", "")));

        static string Token(params (string, string)[] settings) => JsonNode.Parse(File.Resolve(Project(settings)))!["parameters"]!["dynatraceToken"]!["value"]!.GetValue<string>();
    }

    /// <summary>azd offers what the template allows, and only for a parameter that it knows as a region.</summary>
    [Fact]
    public async Task AzdOffersTheRegionsWithFlexConsumption()
    {
        var template = await Template.Value;
        var allowed = template["definitions"]!["flexRegion"]!["allowedValues"]!.AsArray().Select(region => region!.GetValue<string>());

        Assert.Equal("location", template["parameters"]!["location"]!["metadata"]!["azd"]!["type"]!.GetValue<string>());
        Assert.Equal("#/definitions/flexRegion", template["parameters"]!["location"]!["$ref"]!.GetValue<string>());
        Assert.Equal(FlexRegions.Read(Project()).Order(StringComparer.Ordinal), allowed.Order(StringComparer.Ordinal));
    }

    /// <summary>With a .bicepparam file azd offers every region, and can set up no pipeline without a terminal.</summary>
    [Fact]
    public void AzdTakesTheParametersFromTheJsonFile() => Assert.False(System.IO.File.Exists(Repository.PathOf("infra/main.bicepparam")));

    /// <summary>Before it runs the preprovision hook, azd prompts for every parameter without a value or a default, and stores the answers.</summary>
    [Fact]
    public async Task AzdAsksForTheRegionOnly()
    {
        var template = await Template.Value;

        Assert.Equal(
            ["environmentName", "location"],
            template["parameters"]!.AsObject().Where(parameter => parameter.Value!["defaultValue"] is null).Select(parameter => parameter.Key).Order(StringComparer.Ordinal));
    }

    private static AzdProject Project(params (string Name, string Value)[] settings)
    {
        var values = Given.ToDictionary(name => name, name => name == "AZURE_LOCATION" ? "westeurope" : "dev");
        foreach (var (name, value) in settings)
            values[name] = value;
        return new AzdProject(Repository.Folder, values, new Azd(Repository.Folder));
    }
}
