using SpanRelay.Deploy;
using YamlDotNet.RepresentationModel;

namespace SpanRelay.Infrastructure.Tests.Hooks;

public sealed class HookTests : IDisposable
{
    private readonly HookRun _hook = new();

    public void Dispose() => _hook.Dispose();

    [Fact]
    public async Task AfterwardsAzdHasNoTokenAndTheFieldsAreInAFile()
    {
        Deployed(("DOORS", "none"));
        foreach (var name in new[] { "DYNATRACE_TOKEN", "DYNATRACE_TOKEN_ONCE", "DYNATRACE_ROTATION_TOKEN_ONCE", "REDACTION_HASH_KEY" })
            _hook.Azd.Set(name, HookRun.Token);
        _hook.Azd.Set("DYNATRACE_ENVIRONMENT", "abc12345");

        var result = await _hook.RunAsync("postprovision");

        Assert.Equal((0, "What to enter in the gateway: .azure/prod/gateway.txt\n"), (result.ExitCode, result.All));
        Assert.Equal(["DYNATRACE_ENVIRONMENT"], _hook.Azd.Values.Where(value => value.Value.Length > 0).Select(value => value.Key));
        Assert.Contains("evhns-x.servicebus.windows.net", _hook.ReadEnvironmentFile("gateway.txt"), StringComparison.Ordinal);
        Assert.DoesNotContain("CANARY", _hook.Azd.Calls + _hook.ReadEnvironmentFile("gateway.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheRuleOverTheWholeNamespaceIsNamedWhereItCannotBeDeleted()
    {
        Deployed(("DOORS", "messages"), ("EVENTHUB_NAMESPACE_ID", "/subscriptions/1/resourceGroups/rg-prod/providers/Microsoft.EventHub/namespaces/evhns-x"));

        var result = await _hook.RunAsync("postprovision");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("RootManageSharedAccessKey is still there", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AtTheVeryEndItSaysWhatToEnterInTheGateway()
    {
        Deployed(("DOORS", "messages"), ("DYNATRACE_TOKEN", HookRun.Token));

        var result = await _hook.RunAsync("postup");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Traces Endpoint                      https://evhns-x.servicebus.windows.net/spans/messages\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("Encoding                             Proto\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("Headers                              Authorization: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("Additional Resource Attributes       deployment.environment.name = prod\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("dotnet run --project src/SpanRelay.Cli -- connect --signature\n", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("CANARY", result.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EachDoorThatIsOpenHasItsFieldsAndEachSenderItsSignature()
    {
        Deployed(("DOORS", "both"), ("SENDERS", """["shop","search"]"""), ("INGEST_ENDPOINT", "https://func-x.azurewebsites.net/v1/traces"));

        var result = await _hook.RunAsync("postup");

        Assert.Contains("Traces Endpoint                      https://func-x.azurewebsites.net/v1/traces\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("Headers                              x-functions-key: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("-- connect --key\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("Traces Endpoint                      https://evhns-x.servicebus.windows.net/spans/messages\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("-- connect --signature --sender shop\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("-- connect --signature --sender search\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereOnlyIngestIsOpenNothingIsSaidOfSignatures()
    {
        Deployed(("DOORS", "ingest"), ("INGEST_ENDPOINT", "https://func-x.azurewebsites.net/v1/traces"));

        var result = await _hook.RunAsync("postup");

        Assert.Contains("https://func-x.azurewebsites.net/v1/traces", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("/messages", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--signature", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutKeysItSaysHowElseToSend()
    {
        Deployed();

        var result = await _hook.RunAsync("postup");

        Assert.Contains("takes no keys", result.Output, StringComparison.Ordinal);
        Assert.Contains("evhns-x.servicebus.windows.net:9093", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--signature", result.Output, StringComparison.Ordinal);
    }

    /// <summary>A command that only one system's shell understands, or that needs a program beyond the prerequisites, is none for the others.</summary>
    [Theory]
    [InlineData("both")]
    [InlineData("messages")]
    [InlineData("ingest")]
    [InlineData("none")]
    public void WhatIsPrintedNeedsNoOtherProgramAndNoShell(string doors)
    {
        var text = GatewayFields.From(new Dictionary<string, string> { ["DOORS"] = doors });

        foreach (var foreign in new[] { "az ", "| ", " && ", "\\\n", "`\n", "$(", "${" })
            Assert.DoesNotContain(foreign, text, StringComparison.Ordinal);
    }

    /// <summary>Written once, in C#: azd runs them without a shell on every system.</summary>
    [Fact]
    public void EveryHookIsInCSharp()
    {
        Assert.Equal(["postdown", "postprovision", "postup", "predown", "preprovision"], AzureYaml.Hooks.Select(hook => hook.Name).Order(StringComparer.Ordinal));
        foreach (var (name, settings) in AzureYaml.Hooks)
        {
            Assert.Equal(new YamlScalarNode($"infra/hooks/{name}.cs"), settings["run"]);
            Assert.EndsWith($"return await SpanRelay.Deploy.Hooks.RunAsync(\"{name}\");\n", File.ReadAllText(HookProgram.Source(name)), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Directory.EnumerateFiles(Repository.PathOf("infra"), "*", SearchOption.AllDirectories), file => Path.GetExtension(file) is ".sh" or ".ps1");
    }

    /// <summary>azd would build a project that is beside a hook, and run that without telling it which hook it is.</summary>
    [Fact]
    public void NoProjectIsBesideAHook()
    {
        for (var folder = Repository.PathOf("infra/hooks"); folder.Length >= Repository.Folder.TrimEnd('/').Length; folder = Path.GetDirectoryName(folder)!)
            Assert.Empty(Directory.EnumerateFiles(folder, "*proj"));
    }

    private void Deployed(params (string Name, string Value)[] more)
    {
        foreach (var (name, value) in (IEnumerable<(string, string)>)[("EVENTHUB_HOST", "evhns-x.servicebus.windows.net"), ("EVENTHUB_NAMESPACE", "evhns-x"), ("EVENTHUB_NAME", "spans"), .. more])
            _hook.Environment[name] = value;
    }
}
