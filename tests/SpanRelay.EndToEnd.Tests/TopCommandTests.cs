using System.Diagnostics;
using System.Text.Json;
using Google.Protobuf;

namespace SpanRelay.EndToEnd.Tests;

public sealed class TopCommandTests
{
    [Fact]
    public async Task WhatIsSentIsReceivedAndSettledAndADeadLetterIsCountedByItsCause()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Signals are sent by Linux's kill.");
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token, partitions: 2);
        using var top = new RunningCommand(system.Local.CommandSettings(), "top", "--interval", "1", "--output", "json");
        await top.WhenPrintedAsync(line => line.StartsWith('{'), deadline.Token);

        for (var i = 0; i < 6; i++)
            await system.SendAsync(Some.Request(Some.Span()).ToByteArray(), deadline.Token, i % 2);
        await system.SendAsync("plain text"u8.ToArray(), deadline.Token, 1);
        await top.WhenPrintedAsync(line => line.StartsWith('{') && JsonElement.Parse(line) is var reading && Number(reading, "settled") == 7 && reading.GetProperty("deadLetters").GetProperty("byCause").EnumerateObject().Any(each => each.Name != "not recorded yet"), deadline.Token);
        var exitCode = await top.InterruptAsync(deadline.Token);

        Assert.Equal(0, exitCode);
        var last = JsonElement.Parse(top.Lines.Last(line => line.StartsWith('{')));
        Assert.Equal((7, 7, 0, 0), (Number(last, "received"), Number(last, "settled"), Number(last, "waiting"), Number(last, "expired")));
        Assert.Equal((1, 1), (Number(last.GetProperty("deadLetters"), "count"), Number(last.GetProperty("deadLetters"), "quarantined")));
        Assert.Equal((1, 2, 0), (Number(last, "readers"), last.GetProperty("partitions").GetArrayLength(), last.GetProperty("problems").GetArrayLength()));
    }

    [Fact]
    public async Task AnIncidentIsShownWithItsCauseAndNextStepAndTheEventAsWaiting()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token);
        system.Dynatrace.RevokeToken(system.Local.Token!);
        await system.SendAsync(Some.Event().Body, deadline.Token);
        await system.WhenRecordedAsync(deadline.Token);

        var (exitCode, output) = await CommandLine.RunAsync([], system.Local.CommandSettings(), null, deadline.Token, "top", "--count", "2", "--interval", "1");

        Assert.True(exitCode == 0, output);
        Assert.Contains(" waiting 1 in 1 of 1 partitions, the oldest for at least ", output, StringComparison.Ordinal);
        Assert.Matches(@"! incident: .+ \[token-[a-z]+\], since .+ → .+", output);
        Assert.Equal(2, output.Split('\n').Count(line => line.Contains(" received 0 (", StringComparison.Ordinal)));
        Assert.DoesNotContain('\u001B', output);
    }

    [Fact]
    public async Task AReadingThatFailsIsALineAndTheNextOneIsTried()
    {
        using var deadline = new Deadline();
        using var home = new DataFolder();
        var settings = new Dictionary<string, string> { ["XDG_DATA_HOME"] = home.Path, ["EVENTHUB_NAME"] = "spans" };

        var (exitCode, output) = await CommandLine.RunAsync([], settings, null, deadline.Token, "top", "--count", "2", "--interval", "1");

        Assert.Equal(1, exitCode);
        Assert.Equal(2, output.Split('\n').Count(line => line.Contains(" ! event hub: No Event Hub is configured. → Set EVENTHUB_NAME", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AtATerminalATableIsDrawnUntilQIsPressedAndNothingIsWiderThanIt(bool hasColor)
    {
        Assert.SkipUnless(LocalRun.HasTerminals, "There is no script command to make a terminal with.");
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token, partitions: 10);
        await system.SendAsync("plain text"u8.ToArray(), deadline.Token);
        await system.Local.WhenIdleAsync(deadline.Token);
        var start = new ProcessStartInfo("script", ["--quiet", "--flush", "--return", "--command", $"stty cols 80 rows 40; dotnet '{CommandLine.Assembly}' top --interval 1", "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in system.Local.CommandSettings())
            start.Environment[name] = value;
        start.Environment["TERM"] = "xterm-256color";
        start.Environment["NO_COLOR"] = hasColor ? "" : "1";
        if (hasColor)
            start.Environment.Remove("NO_COLOR");
        using var process = Process.Start(start)!;
        var screen = new CollectedOutput();
        var reading = Task.Run(async () =>
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line)
                screen.Add(new Local.Host.WorkerOutput(line));
        }, deadline.Token);

        await screen.WhenWrittenAsync(line => line.Line.Contains("2 more", StringComparison.Ordinal), deadline.Token);
        await process.StandardInput.WriteAsync('q');
        await process.StandardInput.FlushAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        await reading;

        var lines = screen.Lines.Select(line => line.Line).ToList();
        Assert.True(process.ExitCode == 0, string.Join('\n', lines));
        Assert.Contains(lines, line => line.Contains("every 1 s; q ends it", StringComparison.Ordinal));
        Assert.Equal(hasColor, lines.Exists(line => line.Contains("\u001B[38;5;", StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.InRange(System.Text.RegularExpressions.Regex.Replace(line, "\u001B\\[[0-9;?]*[A-Za-z]", "").TrimEnd().Length, 0, 80));
    }

    private static long Number(JsonElement reading, string name) => reading.GetProperty(name).GetInt64();
}
