using System.Diagnostics;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>A spanrelay command that runs until it is told to end, and the lines that it prints.</summary>
internal sealed class RunningCommand : IDisposable
{
    private readonly Process _process;
    private readonly CollectedOutput _output = new();
    private readonly Task[] _reading;

    public RunningCommand(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [CommandLine.Assembly, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _reading = [ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError)];
    }

    public IReadOnlyList<string> Lines => [.. _output.Lines.Select(line => line.Line)];

    public Task WhenPrintedAsync(Predicate<string> isIt, CancellationToken cancellationToken) => _output.WhenWrittenAsync(line => isIt(line.Line), cancellationToken);

    /// <summary>Ends it as Ctrl+C does.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> InterruptAsync(CancellationToken cancellationToken)
    {
        await Processes.SignalAsync("INT", _process.Id, cancellationToken);
        return await WhenEndedAsync(cancellationToken);
    }

    public async Task<int> WhenEndedAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await Task.WhenAll(_reading).WaitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            _output.Add(new Local.Host.WorkerOutput(line));
    }
}
