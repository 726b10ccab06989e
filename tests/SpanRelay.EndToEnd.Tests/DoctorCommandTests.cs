using System.Net;
using System.Text.Json;
using SpanRelay.Local;
using SpanRelay.Local.Faults;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Doctor against the whole system on one machine, well and with faults of <c>spanrelay run --fault</c>.</summary>
public sealed class DoctorCommandTests
{
    private static readonly string[] Faults =
    [
        "apps-host", "unknown-environment", "expired-token", "revoked-token", "missing-scope", "personal-token", "sign-in-page", "proxy", "account", "refused-token", "redirect", "wrong-path",
    ];

    [Fact]
    public async Task ARunningSystemIsWellAndItsCanaryIsInDynatrace()
    {
        using var deadline = new Deadline(TimeSpan.FromMinutes(10));
        using var run = new LocalRun();
        await run.WhenUpAsync(deadline.Token);
        var home = new Dictionary<string, string> { ["XDG_DATA_HOME"] = run.Home };

        var (exitCode, output) = await CommandLine.RunAsync([], home, null, deadline.Token, "doctor", "--canary");
        var json = await CommandLine.RunAsync([], home, start => start.RedirectStandardError = true, null, deadline.Token, "doctor", "--output", "json");

        Assert.True(exitCode == 0, output);
        Assert.Contains("All is well.", output, StringComparison.Ordinal);
        Assert.Contains(" is in Dynatrace: fetch spans", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001B', output);
        Assert.Equal(0, JsonElement.Parse(json.Output[json.Output.IndexOf('{', StringComparison.Ordinal)..(json.Output.LastIndexOf('}') + 1)]).GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public async Task WithoutAnySettingsItSaysWhereItLooksForThem()
    {
        using var deadline = new Deadline();
        using var home = new DataFolder();

        var (exitCode, output) = await CommandLine.RunAsync([], new Dictionary<string, string> { ["XDG_DATA_HOME"] = home.Path }, null, deadline.Token, "doctor");

        Assert.Equal(2, exitCode);
        Assert.StartsWith("There is nothing to look at: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SettingsAreReadFromAFileAndEachProblemIsALine()
    {
        using var deadline = new Deadline();
        using var folder = new DataFolder();
        var file = Path.Combine(folder.Path, "local.settings.json");
        await File.WriteAllTextAsync(file, """{ "Values": { "Dynatrace__Environment": "http://example.org", "Relay__Nonsense": "1" } }""", deadline.Token);

        var (exitCode, output) = await CommandLine.RunAsync([], deadline.Token, "doctor", "--settings", file);

        Assert.Equal(2, exitCode);
        Assert.Contains("✗ settings              Dynatrace__Environment must be an https address", output, StringComparison.Ordinal);
        Assert.Contains("Relay__Nonsense is unknown", output, StringComparison.Ordinal);
        Assert.Contains("AzureWebJobsStorage is missing", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileWithoutAnEndIsRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It needs /dev/zero.");
        using var deadline = new Deadline();

        var (exitCode, output) = await CommandLine.RunAsync([], deadline.Token, "doctor", "--settings", "/dev/zero");

        Assert.Equal(2, exitCode);
        Assert.Contains("--settings names a file of more than 1,000,000 characters: /dev/zero.", output, StringComparison.Ordinal);
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task EachFaultIsNamedBeforeASpanIsSentAndByTheCanary()
    {
        using var deadline = new Deadline(TimeSpan.FromMinutes(15));
        var found = new List<string>();
        foreach (var scenario in Faults.Select(name => FaultScenarios.All.Single(each => each.Name == name)))
        {
            await using var system = await RunningSystem.StartAsync(deadline.Token);
            await scenario.BreakAsync(system.Local, deadline.Token);
            var (exitCode, output, checks) = await FollowCanaryAsync(system.Local, deadline.Token);
            Assert.True(exitCode == 2, output);
            var canary = checks.Single(check => check.GetProperty("check").GetString() == "canary");
            var named = checks.Any(check => check.GetProperty("check").GetString() != "canary" && CodeOf(check) == scenario.Cause);
            found.Add($"{scenario.Name}: {named}, {CodeOf(canary)}, {canary.GetProperty("mark").GetString()}");
            Assert.Empty(system.Dynatrace.Spans);
        }

        Assert.Equal(Faults.Select(name => $"{name}: True, {FaultScenarios.All.Single(each => each.Name == name).Cause}, failure"), found);
    }

    [Fact]
    public async Task ACanaryThatDynatraceRejectsIsADeadLetterWithItsCause()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token);
        await FaultScenarios.All.Single(each => each.Name == "poison").BreakAsync(system.Local, deadline.Token);

        var (exitCode, output, checks) = await FollowCanaryAsync(system.Local, deadline.Token, "60");
        var canary = checks.Single(check => check.GetProperty("check").GetString() == "canary");

        Assert.True(exitCode == 2, output);
        Assert.Equal(("failure", "rejected"), (canary.GetProperty("mark").GetString(), CodeOf(canary)));
        Assert.Matches("^Trace [0-9a-f]{32} is dead-lettered: .*Invalid span", canary.GetProperty("found").GetString()!);
        Assert.NotEmpty(canary.GetProperty("nextStep").GetString()!);
    }

    [Fact]
    public async Task WhatAzdDeployedIsFoundByTheNameOfItsEnvironment()
    {
        using var deadline = new Deadline();
        using var folder = new DataFolder();
        var environment = Directory.CreateDirectory(Path.Combine(folder.Path, ".azure", "prod")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "azure.yaml"), "", deadline.Token);
        await File.WriteAllTextAsync(Path.Combine(environment, ".env"), "EVENTHUB_HOST=\"evhns-x.servicebus.invalid\"\nDYNATRACE_ENVIRONMENT=\"http://example.org\"\nDYNATRACE_TOKEN_ONCE='planted-secret'\n", deadline.Token);

        var (exitCode, output) = await RunInAsync(folder.Path, deadline.Token, "doctor", "--environment", "prod");
        var (unknownCode, unknown) = await RunInAsync(environment, deadline.Token, "doctor", "--environment", "staging");

        Assert.Equal((2, 2), (exitCode, unknownCode));
        Assert.Contains("Dynatrace__Environment must be an https address", output, StringComparison.Ordinal);
        Assert.DoesNotContain("planted-secret", output, StringComparison.Ordinal);
        Assert.EndsWith("There is: prod.", unknown.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheDeployedAppAnswersTheSameForWhoHasTheKey()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var address = new Uri(system.Local.Http.Address, "doctor");

        using var refused = await http.GetAsync(address, deadline.Token);
        http.DefaultRequestHeaders.Add("x-functions-key", system.Local.Http.MasterKey);
        using var answer = await http.GetAsync(address, deadline.Token);
        var text = await answer.Content.ReadAsStringAsync(deadline.Token);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (refused.StatusCode, answer.StatusCode));
        Assert.True(JsonElement.Parse(text).GetProperty("status").GetString() == "ok", text);
        Assert.DoesNotContain(system.Local.Token!.Value[^64..], text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheDeployedAppRunsItOnceAtATime()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        http.DefaultRequestHeaders.Add("x-functions-key", system.Local.Http.MasterKey);
        var address = new Uri(system.Local.Http.Address, "doctor");
        var held = system.HoldNextAnswer();
        var running = http.GetAsync(address, deadline.Token);
        while (system.Dynatrace.OnRequest is not null)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline.Token);

        using var refused = await http.GetAsync(address, deadline.Token);
        held.Dispose();
        using var answer = await running;

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (answer.StatusCode, refused.StatusCode));
        Assert.Equal(["60"], refused.Headers.GetValues("Retry-After"));
    }

    private static async Task<(int ExitCode, string Output, IReadOnlyList<JsonElement> Checks)> FollowCanaryAsync(LocalSystem system, CancellationToken cancellationToken, string deadline = "10")
    {
        var settings = Settings(system);
        var file = Path.Combine(Path.GetTempPath(), $"doctor-{Guid.NewGuid()}.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(settings), cancellationToken);
        try
        {
            var (exitCode, output) = await CommandLine.RunAsync([], settings, null, cancellationToken, "doctor", "--settings", file, "--canary", "--deadline", deadline, "--output", "json");
            return (exitCode, output, [.. JsonElement.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..(output.LastIndexOf('}') + 1)]).GetProperty("checks").EnumerateArray()]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Task<(int ExitCode, string Output)> RunInAsync(string folder, CancellationToken cancellationToken, params string[] arguments) =>
        CommandLine.RunAsync([], new Dictionary<string, string>(), start => start.WorkingDirectory = folder, null, cancellationToken, arguments);

    private static string? CodeOf(JsonElement check) => check.TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>As the app has them; the login reads its own from the environment.</summary>
    private static Dictionary<string, string> Settings(LocalSystem system) => system.CommandSettings();
}
