using System.Text.Json.Nodes;

namespace SpanRelay.Infrastructure.Tests.Hooks;

public sealed class RehearsalTests : IDisposable
{
    private readonly HookRun _run = new();
    private readonly DynatraceStandIn _dynatrace = new(200);
    private readonly AzdRehearsal _azd;

    public RehearsalTests()
    {
        _azd = new AzdRehearsal(_run);
        _run.Azd.Set("AZURE_ENV_NAME", "prod");
        _run.Azd.Set("AZURE_LOCATION", "westeurope");
    }

    public void Dispose()
    {
        _run.Dispose();
        _dynatrace.Dispose();
    }

    [Fact]
    public async Task UpDownAndUpDeployTheSameAgain()
    {
        Export(("DYNATRACE_TOKEN", HookRun.Token));
        _run.Azd.Set("DYNATRACE_ENVIRONMENT", _dynatrace.Address);
        _run.Azd.Set("EVENTHUB_PARTITIONS", "16");
        _run.Azd.Set("ALERT_EMAILS", """["ops@example.com"]""");

        var first = await _azd.UpAsync();
        var given = _azd.Parameters;
        var down = await _azd.DownAsync();
        await _azd.UpAsync();

        Assert.Contains("The relay is deployed.", first, StringComparison.Ordinal);
        Assert.Contains("The settings are kept", down, StringComparison.Ordinal);
        Assert.Equal(HookRun.Token, given["dynatraceToken"]!["value"]!.GetValue<string>());
        foreach (var (name, parameter) in given)
            Assert.True(JsonNode.DeepEquals(parameter, _azd.Parameters[name]), name);
        Assert.DoesNotContain("CANARY", string.Concat(_run.Azd.Values.Values) + _run.Azd.Calls + first + down, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASecondUpLeavesTheTokenAlone()
    {
        Export(("DYNATRACE_TOKEN", HookRun.Token), ("DYNATRACE_ENVIRONMENT", _dynatrace.Address));
        await _azd.UpAsync();

        var second = await _azd.UpAsync();

        Assert.Contains("DYNATRACE_TOKEN is set, and not used", second, StringComparison.Ordinal);
        Assert.True(_azd.Parameters["dynatraceTokenStored"]!["value"]!.GetValue<bool>());
    }

    /// <summary>Another machine has what "azd env refresh" reads: the outputs.</summary>
    [Fact]
    public async Task AnotherMachineDeploysTheSame()
    {
        Export(("DYNATRACE_TOKEN", HookRun.Token));
        _run.Azd.Set("DYNATRACE_ENVIRONMENT", _dynatrace.Address);
        _run.Azd.Set("EVENTHUB_PARTITIONS", "16");
        await _azd.UpAsync();
        _run.Environment.Remove("DYNATRACE_TOKEN");

        await _azd.UpAsync();

        Assert.Equal("16", _azd.Parameters["eventHub"]!["value"]!["partitions"]!.ToJsonString());
        Assert.Equal(_dynatrace.Address, _azd.Parameters["dynatraceEnvironment"]!["value"]!.GetValue<string>());
        Assert.False(_azd.Parameters.ContainsKey("dynatraceToken"));
    }

    /// <summary>Exported, the token reaches no file, whatever fails.</summary>
    [Fact]
    public async Task AFailedDeploymentLeavesNoTokenBehind()
    {
        Export(("DYNATRACE_TOKEN", HookRun.Token), ("DYNATRACE_ENVIRONMENT", _dynatrace.Address));

        await _azd.UpAsync(succeeds: false);

        Assert.DoesNotContain("CANARY", string.Concat(_run.Azd.Values.Values), StringComparison.Ordinal);
    }

    /// <summary>A failed deployment ends with no hook: the next attempt takes the token, and "azd down" forgets it before it deletes anything.</summary>
    [Fact]
    public async Task ATypedTokenOfAFailedDeploymentIsTakenOrForgotten()
    {
        Export(("DYNATRACE_ENVIRONMENT", _dynatrace.Address));
        _run.Azd.Set("DYNATRACE_TOKEN_ONCE", HookRun.Token);

        await _azd.UpAsync(succeeds: false);
        var again = _azd.Parameters["dynatraceToken"]!["value"]!.GetValue<string>();
        await _run.RunAsync("predown");

        Assert.Equal((HookRun.Token, ""), (again, _run.Azd.Values["DYNATRACE_TOKEN_ONCE"]));
        Assert.DoesNotContain("CANARY", _run.ReadEnvironmentFile("settings-before-down.env"), StringComparison.Ordinal);
    }

    /// <summary>As azd runs them: built on the way. Here from either shell, as people do by hand.</summary>
    [Theory]
    [InlineData("sh", "postup", 0, "The relay is deployed.")]
    [InlineData("sh", "preprovision", 1, "x DYNATRACE_ENVIRONMENT is missing.")]
    [InlineData("pwsh", "postup", 0, "The relay is deployed.")]
    [InlineData("pwsh", "preprovision", 1, "x DYNATRACE_ENVIRONMENT is missing.")]
    public async Task AHookRunsFromEveryShellAndEndsItWhereItFails(string shell, string hook, int exitCode, string text)
    {
        var result = await _run.RunBuiltBy(Shell.Of(shell), hook);

        Assert.Equal((exitCode, true), (result.ExitCode, result.All.Contains(text, StringComparison.Ordinal)));
    }

    private void Export(params (string Name, string Value)[] variables)
    {
        foreach (var (name, value) in variables)
            _run.Environment[name] = value;
    }
}
