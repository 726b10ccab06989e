using SpanRelay.Local;
using SpanRelay.Local.Storage;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>However a run ends, nothing of it is left: no process, and so no port, and no claimed folder.</summary>
public sealed class RunEndingTests
{
    [Theory]
    [InlineData("KILL", false)]
    [InlineData("TERM", false)]
    [InlineData("INT", false)]
    [InlineData("HUP", false)]
    [InlineData("QUIT", false)]
    [InlineData("KILL", true)] // Of the terminal: it closes.
    public async Task NothingIsLeftOfARunThatEndsBy(string signal, bool inTerminal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && (!inTerminal || LocalRun.HasTerminals), "Signals are sent by Linux's kill, and a terminal is made by script.");
        using var deadline = new Deadline();
        using var run = new LocalRun(inTerminal);
        var (worker, system) = await run.WhenUpAsync(deadline.Token);
        var azurite = Processes.WithArgument(run.DataFolder).Single(process => process != system.ProcessId);

        await Processes.SignalAsync(signal, run.Id, deadline.Token);

        foreach (var process in (int[])[run.Id, system.ProcessId, worker, azurite])
            await Processes.WhenEndedAsync(process, deadline.Token);
        Assert.Empty(Processes.WithArgument(run.DataFolder)); // And so no port: another test's process may have one by now.
        await using var next = await Azurite.StartAsync(run.DataFolder, cancellationToken: deadline.Token);
        Assert.False(SystemFile.Read(run.DataFolder)!.IsRunning);
    }

    /// <summary>As when a process group is terminated, and killed a moment later.</summary>
    [Fact]
    public async Task NothingIsLeftOfARunWhoseStorageAccountWasTerminatedBefore()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Signals are sent by Linux's kill.");
        using var deadline = new Deadline();
        using var run = new LocalRun();
        var (worker, system) = await run.WhenUpAsync(deadline.Token);
        var azurite = Processes.WithArgument(run.DataFolder).Single(process => process != system.ProcessId);

        await Processes.SignalAsync("TERM", azurite, deadline.Token);
        await Processes.SignalAsync("KILL", run.Id, deadline.Token);

        foreach (var process in (int[])[run.Id, worker, azurite])
            await Processes.WhenEndedAsync(process, deadline.Token);
    }
}
