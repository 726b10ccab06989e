using SpanRelay.Deploy;
using SpanRelay.Infrastructure.Tests.Drift;
using SpanRelay.Infrastructure.Tests.Templates;

namespace SpanRelay.Infrastructure.Tests.Hooks;

public sealed class DeployedSettingsTests : IDisposable
{
    private const string Plain = "EVENTHUB_HOST=evhns-x.servicebus.windows.net\nAZURE_KEY_VAULT_NAME=kv-x\n";

    private readonly TemporaryFolder _folder = new();

    public DeployedSettingsTests() => File.WriteAllText(_folder.PathOf("azure.yaml"), "");

    public static TheoryData<string> Combinations => [.. Deployment.Combinations];

    public void Dispose() => _folder.Dispose();

    /// <summary>Of what the deployment sets, only what an identity of its own needs, and what is for the host, is left out.</summary>
    [Theory]
    [MemberData(nameof(Combinations))]
    public void TheyAreThoseOfTheDeployedApp(string combination)
    {
        var deployment = Deployment.Read(combination);
        var values = deployment.Outputs.ToDictionary(output => output.Key, output => Text(output.Value!));
        var expected = deployment.Settings.Where(each => !IsOfTheAppAlone(each.Key)).ToDictionary();
        var settings = DeployedSettings.From(values, "");

        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), settings.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected.Where(each => each.Key != "Redaction__HashKey" && each.Value != "known-to-azure"), each => Assert.Equal(each.Value, settings[each.Key]));
        Assert.Empty(SettingsDrift.ProblemsAtStart(settings.ToDictionary(each => each.Key, each => each.Value!)));
    }

    [Theory]
    [InlineData("RELAY_SETTINGS='{\"Relay__MaxParallelRequests\":\"8\"}'")]
    [InlineData("RELAY_SETTINGS=\"{\\\"Relay__MaxParallelRequests\\\":\\\"8\\\"}\"")]
    [InlineData("RELAY_SETTINGS={\"Relay__MaxParallelRequests\":\"8\"}")]
    public void AValueIsReadInEachFormThatAzdWrites(string line) => Assert.Equal("8", Read("prod", Plain + line)["Relay__MaxParallelRequests"]);

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        var values = new Dictionary<string, string> { ["A"] = "plain", ["B"] = "it's $5 \\ \"x\"\r\n=", ["C"] = "" };
        EnvironmentFile.Write(_folder.PathOf("values.env"), values);

        Assert.Equal(values, EnvironmentFile.Read(File.ReadAllText(_folder.PathOf("values.env"))).ToDictionary());
    }

    [Fact]
    public void ASecretThatAzdStillKeepsIsNotTaken() =>
        Assert.DoesNotContain(HookRun.Token, Read("prod", $"{Plain}DYNATRACE_TOKEN_ONCE='{HookRun.Token}'\nREDACTION_HASH_KEY='{HookRun.Token}'\n").Values);

    [Theory]
    [InlineData("staging", Plain, "There is: prod.")]
    [InlineData("../prod", Plain, "There is: prod.")]
    [InlineData("prod", "AZURE_ENV_NAME=prod\n", "The azd environment prod is not deployed, or not known here. Run \"azd up\", or \"azd env refresh\".")]
    [InlineData("prod", Plain + "RELAY_SETTINGS=[1", "RELAY_SETTINGS is no JSON object. Run \"azd env refresh\".")]
    public void WhatCannotBeReadIsSaid(string environment, string file, string problem) =>
        Assert.EndsWith(problem, Assert.Throws<AzdException>(() => Read(environment, file)).Message, StringComparison.Ordinal);

    private Dictionary<string, string?> Read(string environment, string file)
    {
        Directory.CreateDirectory(_folder.PathOf(".azure/prod"));
        File.WriteAllText(_folder.PathOf(".azure/prod/.env"), file);
        return DeployedSettings.Read(_folder.PathOf(".azure"), environment);
    }

    private static bool IsOfTheAppAlone(string name) =>
        name.EndsWith("__clientId", StringComparison.Ordinal) || name.EndsWith("__credential", StringComparison.Ordinal) || name.StartsWith("APPLICATIONINSIGHTS_", StringComparison.Ordinal) || name is "AZURE_CLIENT_ID" or "WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED";

    /// <summary>As azd keeps an output.</summary>
    private static string Text(System.Text.Json.Nodes.JsonNode value) => value is System.Text.Json.Nodes.JsonValue text && text.TryGetValue<string>(out var plain) ? plain : value.ToJsonString();
}
