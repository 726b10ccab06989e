using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>What is left of a run whose process is killed by SIGKILL.</summary>
public sealed partial class KilledRunTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)] // A stopped worker cannot notice anything: the kernel ends it.
    public async Task TheWorkerEndsWithIt(bool isStopped)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Signals are sent by Linux's kill.");
        using var deadline = new Deadline();
        using var data = new DataFolder();
        var start = new ProcessStartInfo("dotnet", [CommandLine.Assembly, "run", "--data", data.Path]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        using var run = Process.Start(start)!;
        try
        {
            var worker = await WorkerOfAsync(run.StandardOutput, deadline.Token);
            if (isStopped) await Processes.SignalAsync("STOP", worker, deadline.Token);

            await Processes.SignalAsync("KILL", run.Id, deadline.Token);

            await Processes.WhenEndedAsync(worker, deadline.Token);
        }
        finally
        {
            run.Kill(entireProcessTree: true);
        }
    }

    private static async Task<int> WorkerOfAsync(StreamReader output, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (await output.ReadLineAsync(cancellationToken) is { } line)
        {
            lines.Add(line);
            if (WorkerLine().Match(line) is { Success: true } match) return int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        }

        throw new InvalidOperationException($"The run ended without a worker: {string.Join('\n', lines)}");
    }

    [GeneratedRegex(@"Function app +process (\d+)")]
    private static partial Regex WorkerLine();
}
