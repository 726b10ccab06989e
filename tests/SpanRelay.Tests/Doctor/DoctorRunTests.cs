using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SpanRelay.Doctor;
using SpanRelay.Telemetry;
using SpanRelay.Tests.Telemetry;

namespace SpanRelay.Tests.Doctor;

/// <summary>What doctor says of each broken setup. docs/doctor.md has the table; SPANRELAY_WRITE_DOCS=1 writes it anew.</summary>
public sealed class DoctorRunTests
{
    private const string TableStart = "<!-- broken setups -->\n";
    private const string TableEnd = "<!-- end of broken setups -->";
    private const int LongestLine = 1_200;

    public static TheoryData<string> Setups => [.. BrokenSetups.All.Select(setup => setup.Description)];

    [Fact]
    public async Task WhereAllIsWellNothingIsToBeDone()
    {
        using var deadline = new Deadline();
        await using var world = await DoctorWorld.StartAsync(deadline.Token);

        var report = await world.RunAsync(deadline.Token);

        Assert.True(report.ExitCode == 0, report.ToJson());
        Assert.All(report.Checks, check => Assert.Null(check.NextStep));
        Assert.Equal(["settings", "address", "network", "TLS", "clock", "token", "token scopes", "empty export", "rotation", "event hub", "lag", "storage", "dead-letter queue", "dead letters", "application insights"], report.Checks.Select(check => check.Check));
        Assert.Empty(world.Dynatrace.Spans);
    }

    [Fact]
    public async Task CheckpointsAreInTheHostsAccountAndDeadLettersInTheirOwn()
    {
        using var deadline = new Deadline();
        await using var world = await DoctorWorld.StartAsync(deadline.Token);
        await using var letters = await FakeStorageAccount.StartAsync(deadline.Token);
        world.Settings["DeadLetters"] = letters.ConnectionString;
        world.Lag(settled: 0, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(5));
        letters.Messages["dead-letters-poison"] = 1;

        var report = await world.RunAsync(deadline.Token);

        Assert.Equal(CheckMark.Ok, report.Checks.Single(check => check.Check == "lag").Mark);
        Assert.Equal(CheckMark.Warning, report.Checks.Single(check => check.Check == "dead-letter queue").Mark);
    }

    [Fact]
    public async Task ItsExportsAreNotCountedAsRequestsOfTheRelay()
    {
        using var deadline = new Deadline();
        await using var world = await DoctorWorld.StartAsync(deadline.Token);
        world.Settings["GenAi__Metrics"] = "true";
        using var metrics = CollectedMetrics.Start();

        var report = await world.RunAsync(deadline.Token);

        Assert.Equal(2, report.Checks.Count(check => check.Check is "empty export" or "empty metrics export" && check.Mark != CheckMark.Skipped));
        Assert.Empty(metrics.Values(RelayMetrics.RequestDuration));
    }

    [Theory]
    [MemberData(nameof(Setups))]
    public async Task ABrokenSetupIsNamedWithTheDeadLettersCodeAndNoSpan(string description)
    {
        using var deadline = new Deadline();
        await using var world = await DoctorWorld.StartAsync(deadline.Token);
        var setup = BrokenSetups.All.Single(each => each.Description == description);
        await setup.BreakAsync(world);
        var events = world.Hub.CountOf(0) + world.Hub.CountOf(1);

        var report = await world.RunAsync(deadline.Token);

        Assert.True(report.Checks.Any(check => check.Check == setup.Check && check.Mark == setup.Mark && check.Code == setup.Code && check.NextStep is not null), report.ToJson());
        Assert.True(report.ExitCode >= (setup.Mark == CheckMark.Failure ? 2 : 1));
        Assert.Empty(world.Dynatrace.Spans);
        Assert.Equal(events, world.Hub.CountOf(0) + world.Hub.CountOf(1));
        AssertIsSafe(report, world);
    }

    [Fact]
    public void TheTableIsInTheDocumentation()
    {
        Assert.True(BrokenSetups.All.Count >= 40);
        var file = Path.Combine(SourceRoot, "docs", "doctor.md");
        var page = File.ReadAllText(file);
        var (start, end) = (page.IndexOf(TableStart, StringComparison.Ordinal) + TableStart.Length, page.IndexOf(TableEnd, StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("SPANRELAY_WRITE_DOCS") == "1")
            File.WriteAllText(file, page[..start] + Table() + page[end..]);

        Assert.Equal(File.ReadAllText(file), page[..start] + Table() + page[end..]);
    }

    [Fact]
    public async Task WhatACheckThrowsIsAFindingWithoutItsMessage()
    {
        var runner = new CheckRunner(TimeSpan.FromMinutes(1), TimeProvider.System);

        var result = Assert.Single(await runner.RunAsync("storage", _ => throw new FormatException("AccountKey=secret"), TestContext.Current.CancellationToken));

        Assert.Equal(("storage", CheckMark.Failure), (result.Check, result.Mark));
        Assert.DoesNotContain("secret", result.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACheckThatDoesNotEndIsAFinding()
    {
        var time = new FakeTimeProvider(Some.Now);
        var runner = new CheckRunner(TimeSpan.FromSeconds(45), time);
        var never = new TaskCompletionSource<IReadOnlyList<CheckResult>>();

        var running = runner.RunAsync("storage", _ => never.Task, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(45));
        var result = Assert.Single(await running);

        Assert.Equal(("storage", CheckMark.Failure), (result.Check, result.Mark));
        Assert.Contains("45 seconds", result.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces", "https://abc12345.apps.dynatrace.com/")]
    [InlineData("https://abc12345.sprint.dynatracelabs.com/api/v2/otlp/v1/traces", "https://abc12345.sprint.apps.dynatracelabs.com/")]
    [InlineData("http://127.0.0.1:8080/api/v2/otlp/v1/traces", "http://127.0.0.1:8080/")]
    [InlineData("https://activegate.example.com:9999/e/abc/api/v2/otlp/v1/traces", null)]
    public void QueriesGoToTheWebAddress(string traces, string? expected) => Assert.Equal(expected, SpanQuery.AddressFor(new Uri(traces))?.AbsoluteUri);

    private static string SourceRoot { get; } =
        typeof(DoctorRunTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "SourceRoot").Value!;

    private static void AssertIsSafe(DoctorReport report, DoctorWorld world)
    {
        var json = report.ToJson();
        foreach (var secret in (string[])[world.Token.Value[^64..], world.Creator.Value[^64..], Some.Token[^64..], world.HubServer.ConnectionString.Split("SharedAccessKey=")[1].Split(';')[0]])
            Assert.DoesNotContain(secret, json, StringComparison.Ordinal);
        Assert.All(report.Checks, check => Assert.True(OneLine.Is(check.Found, LongestLine) && OneLine.Is(check.NextStep ?? "", LongestLine)));
        Assert.Equal(report.Checks.Count, JsonElement.Parse(json).GetProperty("checks").GetArrayLength());
    }

    private static string Table()
    {
        var table = new StringBuilder("| what is wrong | line | mark | code |\n|---|---|---|---|\n");
        foreach (var setup in BrokenSetups.All)
            table.Append("| ").Append(setup.Description).Append(" | ").Append(setup.Check).Append(" | ").Append(setup.Mark == CheckMark.Failure ? '✗' : '!').Append(" | ").Append(setup.Code is null ? "" : $"[`{setup.Code}`](troubleshooting.md#{setup.Code})").Append(" |\n");
        return table.ToString();
    }
}
