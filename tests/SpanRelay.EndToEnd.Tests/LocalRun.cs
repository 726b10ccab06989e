using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SpanRelay.Local;

namespace SpanRelay.EndToEnd.Tests;

/// <summary><c>spanrelay run</c> as a process, in a home of its own, and what it printed.</summary>
internal sealed partial class LocalRun : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("spanrelay-test-");
    private readonly Process _process;
    private readonly CollectedOutput _output = new();
    private readonly Task _reading;

    /// <param name="inTerminal">Under a terminal of its own, whose other end is this process.</param>
    public LocalRun(bool inTerminal = false, params string[] arguments)
    {
        string[] command = ["dotnet", CommandLine.Assembly, "run", .. arguments];
        var start = inTerminal
            ? new ProcessStartInfo("script", ["--quiet", "--flush", "--command", string.Join(' ', command.Select(each => $"'{each}'")), "/dev/null"])
            : new ProcessStartInfo(command[0], command[1..]);
        (start.RedirectStandardOutput, start.RedirectStandardInput) = (true, true);
        start.Environment["XDG_DATA_HOME"] = _home.FullName;
        start.Environment["TERM"] = "dumb";
        _process = Process.Start(start)!;
        _reading = ReadAsync();
    }

    /// <summary>The process that this one started: spanrelay, or the terminal around it.</summary>
    public int Id => _process.Id;

    public string Home => _home.FullName;

    /// <summary>Where it keeps its data.</summary>
    public string DataFolder => Path.Combine(Home, "spanrelay", "storage");

    public IReadOnlyList<string> Lines => [.. _output.Lines.Select(line => line.Line)];

    /// <summary>The commands that it says to try next.</summary>
    public IReadOnlyList<string> Commands => [.. Lines.SkipWhile(line => !line.StartsWith("Try next", StringComparison.Ordinal)).Skip(1).Take(3).Select(line => line.Trim())];

    public static bool HasTerminals => File.Exists("/usr/bin/script");

    /// <summary>Completes when everything has started, with the worker's process.</summary>
    public async Task<(int Worker, SystemFile System)> WhenUpAsync(CancellationToken cancellationToken)
    {
        await _output.WhenWrittenAsync(line => line.Line.StartsWith("Sending ", StringComparison.Ordinal), cancellationToken);
        var worker = Lines.Select(line => WorkerLine.Match(line)).First(match => match.Success).Groups[1].Value;
        return (int.Parse(worker, CultureInfo.InvariantCulture), SystemFile.Read(DataFolder)!);
    }

    public Task WhenPrintedAsync(Predicate<string> isIt, CancellationToken cancellationToken) => _output.WhenWrittenAsync(line => isIt(line.Line), cancellationToken);

    public async Task WhenEndedAsync(CancellationToken cancellationToken) => await Processes.WhenEndedAsync(_process.Id, cancellationToken);

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _reading.ContinueWith(_ => { }, TaskScheduler.Default).Wait(TimeSpan.FromSeconds(10));
        _process.Dispose();
        try
        {
            _home.Delete(recursive: true);
        }
        catch (IOException)
        {
            // Azurite may still be writing its data.
        }
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            _output.Add(new Local.Host.WorkerOutput(line.TrimEnd('\r')));
    }

    [GeneratedRegex(@"Function app +process (\d+)")]
    private static partial Regex WorkerLine { get; }
}
