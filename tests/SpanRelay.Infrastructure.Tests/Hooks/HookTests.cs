using System.Text.RegularExpressions;
using SpanRelay.Tokens;

namespace SpanRelay.Infrastructure.Tests.Hooks;

public sealed partial class HookTests : IDisposable
{
    private readonly HookRun _hook = new();

    public void Dispose() => _hook.Dispose();

    [Fact]
    public async Task WithEverythingGivenNothingIsAskedForAndNothingIsShown()
    {
        Given(("DYNATRACE_ENVIRONMENT", "abc12345"), ("DYNATRACE_TOKEN", HookRun.Token));

        var result = await _hook.RunAsync("preprovision");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("", result.All);
        Assert.DoesNotContain("CANARY", _hook.Calls, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsMissingIsNamedAllAtOnceWhereNobodyCanAnswer()
    {
        Given(("SIGNED_OUT", "1"), ("TOKEN_ROTATION", "true"));

        var result = await _hook.RunAsync("preprovision");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("azd auth login", result.Errors, StringComparison.Ordinal);
        Assert.Contains("DYNATRACE_ENVIRONMENT is missing", result.Errors, StringComparison.Ordinal);
        Assert.Contains("DYNATRACE_TOKEN is missing: the token that sends spans", result.Errors, StringComparison.Ordinal);
        Assert.Contains("DYNATRACE_ROTATION_TOKEN is missing: the token that creates tokens", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatDoesNotLookLikeATokenIsRefusedAndNotShown()
    {
        Given(("DYNATRACE_ENVIRONMENT", "abc12345"), ("DYNATRACE_TOKEN", "CANARY-password\"; rm -rf /"));

        var result = await _hook.RunAsync("preprovision");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("does not look like a Dynatrace token", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("CANARY", result.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATokenThatIsInTheVaultIsNotNeededAgain()
    {
        Given(("DYNATRACE_ENVIRONMENT", "abc12345"), ("DYNATRACE_TOKEN_STORED", "true"));

        Assert.Equal(0, (await _hook.RunAsync("preprovision")).ExitCode);
    }

    [Fact]
    public async Task AtATerminalItAsksAndDoesNotShowTheToken()
    {
        var (exitCode, screen) = await _hook.RunAtTerminalAsync(
            "preprovision",
            ("Dynatrace environment", "abc12345"),
            ("it is not shown", HookRun.Token),
            ("[Y/n]", "y"));

        Assert.True(exitCode == 0, screen);
        Assert.Contains("abc12345", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("CANARY", screen, StringComparison.Ordinal);
        Assert.Contains("azd env set DYNATRACE_ENVIRONMENT abc12345", _hook.Calls, StringComparison.Ordinal);
        Assert.Contains("azd env set STRAIGHT_SAS true", _hook.Calls, StringComparison.Ordinal);
        Assert.DoesNotContain("CANARY", _hook.Calls, StringComparison.Ordinal);
        Assert.Equal($"DYNATRACE_TOKEN_ONCE=\"{HookRun.Token}\"\n", _hook.Remembered);
        Assert.StartsWith("-rw-------", _hook.Files, StringComparison.Ordinal);
        Assert.Empty(_hook.FilesLeft);
    }

    [Theory]
    [InlineData("DYNATRACE_TOKEN_ONCE")]
    [InlineData("DYNATRACE_TOKEN")]
    public async Task AfterwardsTheTokenIsForgotten(string given)
    {
        Given((given, HookRun.Token));

        var result = await _hook.RunAsync("postprovision");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("", result.All);
        Assert.Equal("azd env set DYNATRACE_TOKEN_ONCE= DYNATRACE_TOKEN_STORED=true\n", _hook.Calls);
    }

    [Fact]
    public async Task AfterDeploymentItSaysWhatToEnterInTheGateway()
    {
        Deployed(("STRAIGHT_SAS", "true"), ("DYNATRACE_TOKEN", HookRun.Token));

        var result = await _hook.RunAsync("postdeploy");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("", _hook.Calls);
        Assert.Contains("Traces Endpoint                      https://evhns-x.servicebus.windows.net/spans/messages\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("Encoding                             Proto\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("Headers                              Authorization: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("Additional Resource Attributes       deployment.environment.name = prod\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("-- sas --namespace evhns-x --hub spans", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("CANARY", result.All, StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", result.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutKeysItSaysHowElseToSend()
    {
        Deployed();

        var result = await _hook.RunAsync("postdeploy");

        Assert.Contains("takes no keys", result.Output, StringComparison.Ordinal);
        Assert.Contains("evhns-x.servicebus.windows.net:9093", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("-- sas", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void TheHooksOfBothShellsSayTheSameOfTheGateway()
    {
        Assert.Equal(7, Fields("postdeploy.sh").Length);
        Assert.Equal(Fields("postdeploy.sh"), Fields("postdeploy.ps1"));

        static string[] Fields(string hook) => [.. GatewayField.Matches(Repository.Read($"infra/hooks/{hook}")).Select(match => match.Groups[1].Value)];
    }

    private void Deployed(params (string Name, string Value)[] more) =>
        Given([("AZURE_ENV_NAME", "prod"), ("AZURE_RESOURCE_GROUP", "rg-prod"), ("EVENTHUB_HOST", "evhns-x.servicebus.windows.net"), ("EVENTHUB_NAMESPACE", "evhns-x"), ("EVENTHUB_NAME", "spans"), .. more]);

    private void Given(params (string Name, string Value)[] variables)
    {
        foreach (var (name, value) in variables)
            _hook.Environment[name] = value;
    }

    [GeneratedRegex(@"^  ([A-Z][A-Za-z ]+?)  +\S", RegexOptions.Multiline)]
    private static partial Regex GatewayField { get; }
}
