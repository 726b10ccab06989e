using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace SpanRelay.Local.Host.Worker;

/// <summary>A worker as a process of this machine. It ends with the host's process, even if that is killed.</summary>
internal sealed class WorkerProcess : IWorkerProcess
{
    private static readonly TimeSpan LastLinesWait = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly Task _output;
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WorkerProcess(Process process, Action<WorkerOutput> onOutput)
    {
        _process = process;
        Id = process.Id;
        process.StandardInput.Close();
        _output = Task.WhenAll(
            PumpAsync(process.StandardOutput, LogLevel.Information, onOutput), PumpAsync(process.StandardError, LogLevel.Error, onOutput));
    }

    public int Id { get; }

    public Task<int> Exited => _exited.Task;

    /// <exception cref="LocalSystemException">There is no <c>dotnet</c> to start it with.</exception>
    public static IWorkerProcess Start(WorkerStart start, Action<WorkerOutput> onOutput)
    {
        var started = new TaskCompletionSource<WorkerProcess>();
        // The guard kills the worker when the thread that started it ends, so this thread stays until the worker has exited.
        var watch = new Thread(() => Watch(start, onOutput, started)) { IsBackground = true, Name = "Worker watch" };
        watch.Start();
        return started.Task.GetAwaiter().GetResult();
    }

    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has exited already, or is about to.
        }
    }

    public void Dispose() => _process.Dispose();

    private static void Watch(WorkerStart start, Action<WorkerOutput> onOutput, TaskCompletionSource<WorkerProcess> started)
    {
        var info = WorkerCommand.Create(start);
        try
        {
            var worker = new WorkerProcess(Process.Start(info)!, onOutput);
            started.SetResult(worker);
            worker.WaitForExit();
        }
        catch (Win32Exception exception)
        {
            started.SetException(new LocalSystemException(
                $"The worker cannot be started: {info.FileName}: {exception.Message} The .NET runtime's \"dotnet\" must be on the PATH.", exception));
        }
    }

    private void WaitForExit()
    {
        _process.WaitForExit();
        var exitCode = _process.ExitCode;
        // A child that outlives the worker keeps the pipes open; it is not waited for.
        _output.Wait(LastLinesWait);
        _exited.SetResult(exitCode);
    }

    private static async Task PumpAsync(StreamReader reader, LogLevel level, Action<WorkerOutput> onOutput)
    {
        while (await reader.ReadLineAsync() is { } line) onOutput(new WorkerOutput(line, level));
    }
}
