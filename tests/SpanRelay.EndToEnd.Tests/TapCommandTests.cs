using System.Text.Json;
using Google.Protobuf;

namespace SpanRelay.EndToEnd.Tests;

public sealed class TapCommandTests
{
    [Fact]
    public async Task DeliveredSpansAreShownAndNothingThatWasRemoved()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token);
        var planted = new Planted();
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var (body, id) = Some.Event(Some.Attribute("tfy.input", planted.Prompt), Some.Attribute("tfy.output", planted.Completion), Some.Attribute("tfy.request.model_name", $"gpt-4o-{i}"), Some.Attribute("Authorization", planted.Token));
            ids.Add(id);
            await system.SendAsync(body, deadline.Token);
        }

        await system.Local.WhenIdleAsync(deadline.Token);
        var json = await TapAsync(system, deadline.Token, "--limit", "3", "--output", "json");
        var text = await TapAsync(system, deadline.Token, "--once", "--attributes");
        var one = await TapAsync(system, deadline.Token, "--once", "--attribute", "tfy.request.model_name=gpt-4o-1");
        var none = await TapAsync(system, deadline.Token, "--once", "--service", "another*");

        var spans = json.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('{')).Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(ids.Order(), spans.Select(span => span.GetProperty("span.id").GetString()!).Order());
        Assert.Equal(3, text.Split('\n').Count(line => line.Contains("  tfy-llm-gateway  chatCompletions  ", StringComparison.Ordinal)));
        Assert.Equal(3, text.Split('\n').Count(line => line.StartsWith("  tfy.request.model_name = gpt-4o-", StringComparison.Ordinal)));
        Assert.Contains("  tfy-llm-gateway  chatCompletions  ", Assert.Single(one.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal("", none);
        Assert.Empty(planted.FoundIn(Some.Utf8(json + text + one)));
    }

    [Fact]
    public async Task SpansAreShownAsTheyArriveUntilItIsInterrupted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Signals are sent by Linux's kill.");
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token);
        using var tap = new RunningCommand(system.Local.CommandSettings(), "tap", "--interval", "1");

        foreach (var name in (string[])["first", "\u001B[2J\u202Esecond\nline"])
        {
            var span = Some.Span();
            span.Name = name;
            await system.SendAsync(Some.Request(span).ToByteArray(), deadline.Token);
            await tap.WhenPrintedAsync(line => line.EndsWith(Convert.ToHexStringLower(span.TraceId.Span), StringComparison.Ordinal), deadline.Token);
        }

        var exitCode = await tap.InterruptAsync(deadline.Token);

        Assert.Equal(0, exitCode);
        Assert.Equal(2, tap.Lines.Count);
        Assert.Contains(tap.Lines, line => line.Contains("  [2J second line  ", StringComparison.Ordinal));
        Assert.All(tap.Lines, line => Assert.True(OneLine.Is(line, 500), line));
    }

    [Fact]
    public async Task JsonIsAsciiWhateverASpansNameIs()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token);
        var span = Some.Span();
        span.Name = "\u009B31m\u202E";
        await system.SendAsync(Some.Request(span).ToByteArray(), deadline.Token);
        await system.Local.WhenIdleAsync(deadline.Token);

        var output = await TapAsync(system, deadline.Token, "--once", "--output", "json");

        Assert.True(output.TrimEnd().All(c => c is >= ' ' and < '\u007F'), output);
        Assert.Equal(span.Name, JsonElement.Parse(output).GetProperty("span.name").GetString());
    }

    [Theory]
    [InlineData("SPANRELAY_QUERY_TOKEN is not set: set it to a platform token with the scopes storage:spans:read and storage:buckets:read.", null)]
    [InlineData("The query was refused with status 401: does the token in SPANRELAY_QUERY_TOKEN have storage:spans:read and storage:buckets:read, and is it of this environment?", "dt0s16.AAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task WithoutATokenThatMayReadSpansItSaysSoInALineAndEndsInOne(string problem, string? token)
    {
        using var deadline = new Deadline();
        await using var dynatrace = await Fakes.Dynatrace.DynatraceServer.StartAsync(cancellationToken: deadline.Token);
        var settings = new Dictionary<string, string> { ["Dynatrace__Environment"] = dynatrace.BaseAddress.AbsoluteUri };
        if (token is not null)
            settings["SPANRELAY_QUERY_TOKEN"] = token;

        var (exitCode, output) = await CommandLine.RunAsync([], settings, null, deadline.Token, "tap");

        Assert.Equal((1, problem), (exitCode, output.TrimEnd()));
    }

    [Theory]
    [InlineData("--attribute takes key=value, and no span has the key \"\".", "--attribute", "model")]
    [InlineData("--trace takes a trace id: 32 hexadecimal digits, not all of them 0.", "--trace", "abc")]
    [InlineData("--since takes a duration from 1s to 7d.", "--since", "8d")]
    public async Task WhatCannotBeAskedForIsRefusedBefore(string problem, params string[] arguments)
    {
        using var deadline = new Deadline();

        var (exitCode, output) = await CommandLine.RunAsync([], deadline.Token, ["tap", .. arguments]);

        Assert.Equal(1, exitCode);
        Assert.StartsWith(problem, output, StringComparison.Ordinal);
    }

    private static async Task<string> TapAsync(RunningSystem system, CancellationToken cancellationToken, params string[] arguments)
    {
        var (exitCode, output) = await CommandLine.RunAsync([], system.Local.CommandSettings(), null, cancellationToken, ["tap", .. arguments]);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
