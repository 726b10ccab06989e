using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using SpanRelay.Local;
using SpanRelay.Local.Storage;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>However a run ends, nothing of it is left: no process, no port, no claimed folder.</summary>
public sealed partial class RunEndingTests
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
        var ports = PortsOf(system).ToList();
        Assert.All(ports, port => Assert.True(IsOpen(port), $"Port {port} is closed."));

        await Processes.SignalAsync(signal, run.Id, deadline.Token);

        foreach (var process in (int[])[run.Id, system.ProcessId, worker, azurite])
            await Processes.WhenEndedAsync(process, deadline.Token);
        Assert.All(ports, port => Assert.False(IsOpen(port), $"Port {port} is open."));
        await using var next = await Azurite.StartAsync(run.DataFolder, cancellationToken: deadline.Token);
        Assert.False(SystemFile.Read(run.DataFolder)!.IsRunning);
    }

    private static IEnumerable<int> PortsOf(SystemFile system) =>
        Port.Matches(string.Join(' ', system.Settings.Values) + system.SendAddress).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).Distinct();

    private static bool IsOpen(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"(?:127\.0\.0\.1|localhost):(\d+)")]
    private static partial Regex Port { get; }
}
