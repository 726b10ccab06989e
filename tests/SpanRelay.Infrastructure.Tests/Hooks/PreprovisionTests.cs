namespace SpanRelay.Infrastructure.Tests.Hooks;

public sealed class PreprovisionTests : IDisposable
{
    // Nothing listens there.
    private const string Unreachable = "http://127.0.0.1:9/e/abc12345";

    private const string Group = "/subscriptions/00000000-0000-0000-0000-000000000003/resourceGroups/rg-hub";
    private const string Network = Group + "/providers/Microsoft.Network/virtualNetworks/vnet-hub";

    private readonly HookRun _hook = new();

    public void Dispose() => _hook.Dispose();

    [Fact]
    public async Task WithEverythingGivenNothingIsAskedForAndNothingIsShownOrWritten()
    {
        using var dynatrace = new DynatraceStandIn(200);
        Given(("DYNATRACE_ENVIRONMENT", dynatrace.Address), ("DYNATRACE_TOKEN", HookRun.Token));

        var result = await _hook.RunAsync("preprovision");

        Assert.Equal((0, ""), (result.ExitCode, result.All));
        Assert.Equal(["/e/abc12345/api/v2/otlp/v1/traces"], dynatrace.Paths);
        Assert.DoesNotContain("env set", _hook.Azd.Calls, StringComparison.Ordinal);
        Assert.DoesNotContain("CANARY", _hook.Azd.Calls, StringComparison.Ordinal);
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

    [Theory]
    [InlineData("NETWORK_KIND takes new or existing", "NETWORK_KIND=old")]
    [InlineData("NETWORK_NAT takes true or false", "NETWORK_NAT=yes")]
    [InlineData("NETWORK_APP_SUBNET_ID takes the id of a subnet", "NETWORK_KIND=existing")]
    [InlineData("NETWORK_APP_SUBNET_ID takes the id of a subnet", "NETWORK_KIND=existing", "NETWORK_APP_SUBNET_ID=relay-app")]
    [InlineData("NETWORK_ENDPOINT_SUBNET_ID takes the id of a subnet", "NETWORK_KIND=existing", "NETWORK_ISOLATION=true", "NETWORK_APP_SUBNET_ID=" + Network + "/subnets/app")]
    [InlineData("name the same subnet", "NETWORK_KIND=existing", "NETWORK_APP_SUBNET_ID=" + Network + "/subnets/app", "NETWORK_ENDPOINT_SUBNET_ID=" + Network + "/subnets/App")]
    [InlineData("an underscore in its name", "NETWORK_KIND=existing", "NETWORK_APP_SUBNET_ID=" + Network + "/subnets/relay_app")]
    [InlineData("NETWORK_APP_SUBNET_ID is set, and a new network is made all the same", "NETWORK_APP_SUBNET_ID=" + Network + "/subnets/app")]
    [InlineData("NETWORK_NAT is for a new network", "NETWORK_KIND=existing", "NETWORK_NAT=true", "NETWORK_APP_SUBNET_ID=" + Network + "/subnets/app")]
    [InlineData("DNS_ZONES takes new, existing or policy", "DNS_ZONES=hub")]
    [InlineData("DNS_ZONES_RESOURCE_GROUP_ID takes the id of the resource group", "DNS_ZONES=existing", "DNS_ZONES_RESOURCE_GROUP_ID=rg-hub")]
    [InlineData("DNS_ZONES_RESOURCE_GROUP_ID is set, and not used with DNS_ZONES policy", "DNS_ZONES=policy", "DNS_ZONES_RESOURCE_GROUP_ID=" + Group)]
    [InlineData("GATEWAY_NETWORK_ID takes the id of a virtual network", "GATEWAY_NETWORK_ID=" + Network + "/subnets/app")]
    [InlineData("GATEWAY_NETWORK_ID is for new zones", "DNS_ZONES=policy", "GATEWAY_NETWORK_ID=" + Network)]
    public async Task ANetworkThatCannotBeUsedIsKnownBeforeAnythingIsCreated(string problem, params string[] settings)
    {
        Given([.. settings.Select(setting => setting.Split('=', 2)).Select(parts => (parts[0], parts[1]))]);

        var result = await _hook.RunAsync("preprovision");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(problem, result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NETWORK_KIND=existing", "NETWORK_APP_SUBNET_ID=" + Network + "/subnets/app", "NETWORK_ISOLATION=true", "NETWORK_ENDPOINT_SUBNET_ID=" + Network + "/subnets/endpoints", "DNS_ZONES=existing", "DNS_ZONES_RESOURCE_GROUP_ID=" + Group)]
    [InlineData("NETWORK_ISOLATION=true", "GATEWAY_NETWORK_ID=" + Network)]
    [InlineData("NETWORK_NAT=true", "DNS_ZONES=policy")]
    public async Task ANetworkThatCanBeUsedIsAccepted(params string[] settings)
    {
        Given([.. settings.Select(setting => setting.Split('=', 2)).Select(parts => (parts[0], parts[1]))]);

        var result = await _hook.RunAsync("preprovision");

        Assert.DoesNotContain("NETWORK", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("DNS_ZONES", result.Errors, StringComparison.Ordinal);
    }

    /// <summary>azd keeps the file after a hook that stops it.</summary>
    [Fact]
    public async Task WhereNothingIsDeployedATypedTokenIsForgotten()
    {
        Given(("DYNATRACE_ENVIRONMENT", Unreachable), ("AZURE_LOCATION", "mars"));
        _hook.Azd.Set("DYNATRACE_TOKEN_ONCE", HookRun.Token);

        var (exitCode, screen) = await _hook.RunAtTerminalAsync("preprovision");

        Assert.Equal(1, exitCode);
        Assert.Contains("AZURE_LOCATION", screen, StringComparison.Ordinal);
        Assert.Equal("", _hook.Azd.Values["DYNATRACE_TOKEN_ONCE"]);
    }

    /// <summary>They are not lost, but operators would look in the new account only.</summary>
    [Fact]
    public async Task DeadLettersOfAnEarlierVersionAreNotForgotten()
    {
        using var dynatrace = new DynatraceStandIn(200);
        Given(("DYNATRACE_ENVIRONMENT", dynatrace.Address), ("DYNATRACE_TOKEN", HookRun.Token), ("AZURE_STORAGE_ACCOUNT_NAME", "st1"));

        var first = await _hook.RunAsync("preprovision");
        _hook.Azd.Set("DEAD_LETTER_ACCOUNT_NAME", "st2");
        var later = await _hook.RunAsync("preprovision");

        Assert.Equal((0, true), (first.ExitCode, first.All.Contains("Dead letters get a storage account of their own. Those from before stay in st1", StringComparison.Ordinal)));
        Assert.Equal("", later.All);
    }

    [Theory]
    [InlineData("CANARY-password\"; rm -rf /", "is not a Dynatrace token")]
    [InlineData("dt0c01.CANARYCANARYCANARYCANARY.CANARY", "is cut short or altered")]
    public async Task WhatIsNoTokenIsRefusedAndNotShown(string token, string problem)
    {
        Given(("DYNATRACE_ENVIRONMENT", Unreachable), ("DYNATRACE_TOKEN", token));

        var result = await _hook.RunAsync("preprovision");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"DYNATRACE_TOKEN {problem}", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("CANARY", result.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "DYNATRACE_TOKEN is refused by Dynatrace (401)")]
    [InlineData(403, "DYNATRACE_TOKEN may not send spans (403): create a token with openTelemetryTrace.ingest")]
    [InlineData(404, "DYNATRACE_ENVIRONMENT is answered by 404")]
    public async Task ATokenThatDoesNotSendIsKnownBeforeAnythingIsCreated(int status, string problem)
    {
        using var dynatrace = new DynatraceStandIn(status);
        Given(("DYNATRACE_ENVIRONMENT", dynatrace.Address), ("DYNATRACE_TOKEN", HookRun.Token));

        var result = await _hook.RunAsync("preprovision");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(problem, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("CANARY", result.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", 1, 2)]
    [InlineData("false", 0, 1)]
    public async Task ATokenThatDoesNotSendMetricsIsKnownWhereTheyAreOn(string metrics, int exitCode, int requests)
    {
        using var dynatrace = new DynatraceStandIn(200, metrics: 403);
        Given(("DYNATRACE_ENVIRONMENT", dynatrace.Address), ("DYNATRACE_TOKEN", HookRun.Token), ("AI_METRICS", metrics));

        var result = await _hook.RunAsync("preprovision");

        Assert.Equal((exitCode, requests), (result.ExitCode, dynatrace.Paths.Count));
        Assert.Equal(exitCode == 1, result.Errors.Contains("may not send metrics (403), which AI_METRICS asks for: create a token with openTelemetryTrace.ingest, metrics.ingest, or openpipeline:traces:ingest and openpipeline:metrics:ingest", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheScopeForMetricsIsNamedWithTheMissingToken()
    {
        Given(("DYNATRACE_ENVIRONMENT", Unreachable), ("AI_METRICS", "true"));

        Assert.Contains("DYNATRACE_TOKEN is missing: the token that sends spans and metrics (scopes: openTelemetryTrace.ingest, metrics.ingest)", (await _hook.RunAsync("preprovision")).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", "messages")]
    [InlineData("false", "none")]
    public async Task AFormerSettingIsNotSilentlyDropped(string former, string now)
    {
        Given(("DYNATRACE_ENVIRONMENT", Unreachable), ("DYNATRACE_TOKEN_STORED", "true"), ("STRAIGHT_SAS", former));

        var result = await _hook.RunAsync("preprovision");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"x DOORS has replaced STRAIGHT_SAS. Run: azd env set DOORS {now}", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereDynatraceCannotBeReachedTheTokenIsNotTried()
    {
        Given(("DYNATRACE_ENVIRONMENT", Unreachable), ("DYNATRACE_TOKEN", HookRun.Token));

        var result = await _hook.RunAsync("preprovision");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("was not tried", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATokenThatIsInAKeyVaultAlreadyIsLeftToAzd()
    {
        Given(("DYNATRACE_ENVIRONMENT", Unreachable), ("DYNATRACE_TOKEN", "akvs://subscription/vault/secret"));

        Assert.Equal((0, ""), ((await _hook.RunAsync("preprovision")) is var result ? (result.ExitCode, result.All) : default));
    }

    [Fact]
    public async Task AnExportedTokenDoesNotUndoARotation()
    {
        Given(("DYNATRACE_ENVIRONMENT", Unreachable), ("DYNATRACE_TOKEN", HookRun.Token), ("DYNATRACE_TOKEN_STORED", "true"));

        var result = await _hook.RunAsync("preprovision");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("DYNATRACE_TOKEN is set, and not used: Key Vault has a token already.", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("env set", _hook.Azd.Calls, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AZURE_LOCATION", "mars", "names no region with Flex Consumption: \"mars\"")]
    [InlineData("DYNATRACE_ENVIRONMENT", "dt0c01.ABC.DEF", "is a token, not an environment")]
    [InlineData("EVENTHUB_SKU", "Basic", "takes Standard or Premium")]
    [InlineData("EVENTHUB_PARTITIONS", "33", "takes 1 to 32")]
    [InlineData("EVENTHUB_PARTITIONS", "many", "takes 1 to 32")]
    [InlineData("EVENTHUB_RETENTION_HOURS", "169", "takes 1 to 168")]
    [InlineData("EVENTHUB_UNITS", "41", "takes 1 to 40")]
    [InlineData("APP_MAXIMUM_INSTANCES", "39", "takes 40 to 1000")]
    [InlineData("APP_MEMORY_MB", "1024", "takes 512, 2048, 4096")]
    [InlineData("NO_EVENTS_MINUTES", "10", "takes 0, 5, 15")]
    [InlineData("VAULT_SOFT_DELETE_DAYS", "6", "takes 7 to 90")]
    [InlineData("DOORS", "open", "takes both, messages, ingest or none")]
    [InlineData("SENDERS", """["a b"]""", "takes names of letters, digits, - and _")]
    [InlineData("SENDERS", """["shop","Shop"]""", "names a sender twice")]
    [InlineData("SENDERS", "a,b,c,d,e,f,g,h,i,j,k,l,m", "takes 12 senders")]
    [InlineData("RELAY_SETTINGS", "team=shop", "takes JSON: {\"Relay__ResourceAttributes\"")]
    [InlineData("ALERT_EMAILS", "{\"a\":1}", "takes JSON: [\"ops@example.com\"]")]
    public async Task ALimitThatOnlyAzureKnowsIsNamedBeforeAnythingIsCreated(string name, string value, string problem)
    {
        Given(("DYNATRACE_ENVIRONMENT", Unreachable), ("DYNATRACE_TOKEN_STORED", "true"), (name, value));

        var result = await _hook.RunAsync("preprovision");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"x {name} {problem}", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3", 1)]
    [InlineData("16", 0)]
    public async Task PremiumIsSoldInSteps(string units, int exitCode)
    {
        Given(("DYNATRACE_ENVIRONMENT", Unreachable), ("DYNATRACE_TOKEN_STORED", "true"), ("EVENTHUB_SKU", "Premium"), ("EVENTHUB_UNITS", units), ("EVENTHUB_PARTITIONS", "100"), ("EVENTHUB_RETENTION_HOURS", "2160"));

        Assert.Equal(exitCode, (await _hook.RunAsync("preprovision")).ExitCode);
    }

    /// <summary>"azd pipeline config" escapes quotes, Windows PowerShell drops them, and people write commas.</summary>
    [Theory]
    [InlineData("[\\\"a@example.com\\\",\\\"b@example.com\\\"]")]
    [InlineData("[a@example.com, b@example.com]")]
    [InlineData("a@example.com,b@example.com")]
    public async Task AListWithOneMeaningIsRead(string given)
    {
        Given(("DYNATRACE_ENVIRONMENT", Unreachable), ("DYNATRACE_TOKEN_STORED", "true"), ("ALERT_EMAILS", given));

        Assert.Equal(0, (await _hook.RunAsync("preprovision")).ExitCode);

        Assert.Equal("""["a@example.com","b@example.com"]""", _hook.Azd.Values["ALERT_EMAILS"]);
    }

    [Fact]
    public async Task AtATerminalItAsksAndDoesNotShowTheToken()
    {
        using var dynatrace = new DynatraceStandIn(200);

        var (exitCode, screen) = await _hook.RunAtTerminalAsync(
            "preprovision",
            ("Dynatrace environment", "abc12345; that"),
            ("That is neither an environment id", ""),
            ("Dynatrace environment", dynatrace.Address),
            ("it is not shown", "CANARY"),
            ("DYNATRACE_TOKEN is not a Dynatrace token", HookRun.Token),
            ("How do gateways send?", "all"),
            ("That is none of both, messages, ingest or none.", "Ingest"),
            ("Who gets alerts by e-mail?", "ops@example.com"));

        Assert.True(exitCode == 0, screen);
        Assert.DoesNotContain("CANARY", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("CANARY", _hook.Azd.Calls, StringComparison.Ordinal);
        Assert.Equal(
            [("ALERT_EMAILS", """["ops@example.com"]"""), ("DOORS", "ingest"), ("DYNATRACE_ENVIRONMENT", dynatrace.Address), ("DYNATRACE_TOKEN_ONCE", HookRun.Token)],
            _hook.Azd.Values.Select(value => (value.Key, value.Value)).Order());
        Assert.StartsWith("-rw-------", _hook.Azd.Files, StringComparison.Ordinal);
        Assert.Empty(_hook.Azd.FilesLeft);
    }

    [Fact]
    public async Task WithoutAzdItSaysWhereToGetIt()
    {
        File.Delete(Path.Combine(_hook.Azd.Folder, "azd"));

        var result = await _hook.RunAsync("preprovision");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("x azd cannot be started", result.Errors, StringComparison.Ordinal);
    }

    private void Given(params (string Name, string Value)[] variables)
    {
        foreach (var (name, value) in variables)
            _hook.Environment[name] = value;
    }
}
