using System.Text.Json.Nodes;
using SpanRelay.Infrastructure.Tests.Templates;
using SpanRelay.Tokens;

namespace SpanRelay.Infrastructure.Tests.Drift;

public sealed class SettingsDriftTests
{
    private static readonly string[] Sources = [.. Repository.Sources()];

    public static TheoryData<string> Combinations => [.. Deployment.Combinations];

    [Theory]
    [MemberData(nameof(Combinations))]
    public void WhatFunctionsReferToIsSet(string combination) =>
        Assert.Empty(SettingsDrift.MissingForFunctions(Deployment.Read(combination).Settings, FunctionMetadata.All()));

    [Theory]
    [MemberData(nameof(Combinations))]
    public void TheAppStartsWithWhatIsSet(string combination) =>
        Assert.Empty(SettingsDrift.ProblemsAtStart(Deployment.Read(combination).Settings));

    [Theory]
    [MemberData(nameof(Combinations))]
    public void WhatIsSetIsRead(string combination) =>
        Assert.Empty(SettingsDrift.UnknownToAll(Deployment.Read(combination).Settings, Sources));

    [Fact]
    public async Task WhatMayBePassedThroughIsKnown() =>
        Assert.Empty(SettingsDrift.UnknownPassedThrough(await BicepCompiler.BuildAsync(Repository.PathOf("infra/main.bicep"))));

    /// <summary>What the deployment sets itself has a setting of its own; the others are in RELAY_SETTINGS.</summary>
    [Fact]
    public async Task EveryDocumentedSettingMayBePassedThrough()
    {
        string[] ofTheDeployment = ["Dynatrace__Environment", "Dynatrace__TokenSecretUri", "Dynatrace__ApiToken", "Dynatrace__RotationTokenSecretUri", "Redaction__HashKey", "GenAi__Metrics"];
        var template = await BicepCompiler.BuildAsync(Repository.PathOf("infra/main.bicep"));
        var passed = template["definitions"]!.AsObject().Single(definition => definition.Key.EndsWith("relaySettings", StringComparison.Ordinal)).Value!["properties"]!.AsObject().Select(property => property.Key);
        var documented = Repository.Read("docs/configuration.md").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]).Where(name => name.Split("__")[0] is "Dynatrace" or "GenAi" or "Ingest" or "Redaction" or "Relay");

        Assert.Equal(documented.Except(ofTheDeployment).Order(StringComparer.Ordinal), passed.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("EVENTHUB_NAME", "ForwardSpans refers to %EVENTHUB_NAME%, which is not set.")]
    [InlineData("DeadLetters__", "RecordDeadLetter has the connection DeadLetters, of which nothing is set.")]
    [InlineData("EVENTHUB__", "ForwardSpans has the connection EVENTHUB, of which nothing is set.")]
    public void ASettingThatAFunctionMissesIsFound(string forgotten, string finding)
    {
        var settings = Without(forgotten);

        Assert.Contains(finding, SettingsDrift.MissingForFunctions(settings, FunctionMetadata.All()));
    }

    [Fact]
    public void AConnectionThatAFunctionRenamesIsFound()
    {
        var functions = FunctionMetadata.All();
        functions.Single(function => function.Name == "ForwardSpans").Bindings.First()["connection"] = "SPANS";

        Assert.Equal(["ForwardSpans has the connection SPANS, of which nothing is set."], SettingsDrift.MissingForFunctions(Deployment.Read("default").Settings, functions));
    }

    [Theory]
    [InlineData("Dynatrace__Environment")]
    [InlineData("Dynatrace__TokenSecretUri")]
    public void ASettingThatTheCodeMissesIsFound(string forgotten) =>
        Assert.Contains(SettingsDrift.ProblemsAtStart(Without(forgotten)), problem => problem.StartsWith(forgotten.Replace("__accountName", "", StringComparison.Ordinal), StringComparison.Ordinal));

    [Theory]
    [InlineData("Dynatrace__Enviroment")]
    [InlineData("Relay__MaxRequestByte")]
    [InlineData("DeadLetters__accountNames")]
    public void ASettingThatTheCodeDoesNotKnowIsFound(string name) =>
        Assert.Contains(SettingsDrift.ProblemsAtStart(With(name)), problem => problem.StartsWith($"{name} is unknown.", StringComparison.Ordinal));

    [Fact]
    public void ASettingThatNobodyReadsIsFound() =>
        Assert.Equal(["EVENTHUB__clientID is set, and nothing reads it."], SettingsDrift.UnknownToAll(With("EVENTHUB__clientID"), Sources));

    [Fact]
    public void APassedThroughSettingThatTheCodeDoesNotKnowIsFound()
    {
        var template = new JsonObject
        {
            ["definitions"] = new JsonObject { ["_1.relaySettings"] = new JsonObject { ["properties"] = new JsonObject { ["Relay__Speed"] = new JsonObject() } } },
        };

        Assert.Contains(SettingsDrift.UnknownPassedThrough(template), problem => problem.StartsWith("Relay__Speed is unknown.", StringComparison.Ordinal));
    }

    private static Dictionary<string, string> Without(string prefix) =>
        Deployment.Read("default").Settings.Where(setting => !setting.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary();

    private static Dictionary<string, string> With(string name) =>
        new(Deployment.Read("default").Settings) { [name] = "x" };
}
