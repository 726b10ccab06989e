using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SpanRelay.Local.Host.Worker;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.Local.Host;

/// <summary>Sends invocations to the worker that is running, and limits each to functionTimeout.</summary>
/// <param name="log">Receives what the invocations log.</param>
/// <param name="functionTimeout">host.json's.</param>
/// <param name="timeProvider">Measures the timeout.</param>
internal sealed class FunctionInvoker(WorkerLog log, TimeSpan functionTimeout, TimeProvider timeProvider)
{
    // A function that ignores the cancellation for this long is ended by killing its worker.
    private static readonly TimeSpan TimeoutGrace = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, RunningInvocation> _running = new();

    /// <summary>Set before the first invocation.</summary>
    public WorkerSupervisor? Worker { get; set; }

    /// <summary>Waits for a worker, then for the invocation's end: its answer, the worker's exit, or functionTimeout.</summary>
    /// <param name="function">The function's name.</param>
    /// <param name="request">With an id that no running invocation has.</param>
    /// <param name="cancellationToken">Asks the worker to cancel the invocation; its end is awaited all the same.</param>
    /// <exception cref="OperationCanceledException">Cancelled before it was sent.</exception>
    public async Task<InvocationResult> InvokeAsync(string function, InvocationRequest request, CancellationToken cancellationToken)
    {
        var running = _running[request.InvocationId] = new RunningInvocation(function);
        try
        {
            var session = await Worker!.WhenReadyAsync(cancellationToken);
            return await InvokeAsync(session, request, running, cancellationToken);
        }
        catch (LocalSystemException exception)
        {
            return InvocationResult.Failed(exception.Message.Split('\n')[0], running.Lines);
        }
        finally
        {
            _running.TryRemove(request.InvocationId, out _);
        }
    }

    /// <summary>Assigns a log line from the stream to the function of its invocation, or to its own category.</summary>
    public void OnLog(RpcLog rpcLog)
    {
        if (rpcLog.Level == RpcLog.Types.Level.None || rpcLog.LogCategory == RpcLog.Types.Category.CustomMetric) return;
        var running = _running.GetValueOrDefault(rpcLog.InvocationId);
        var line = rpcLog.Exception is { } exception
            ? $"{FailureText.OneLine(rpcLog.Message)} {FailureText.From(exception)}"
            : FailureText.OneLine(rpcLog.Message);
        running?.Add(line);
        log.Write(new WorkerOutput(line, (LogLevel)rpcLog.Level, running?.Category ?? rpcLog.Category, rpcLog.EventId));
    }

    private async Task<InvocationResult> InvokeAsync(
        WorkerSession session, InvocationRequest request, RunningInvocation running, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(functionTimeout, timeProvider);
        var answer = session.InvokeAsync(request);
        await using var cancelling = cancellationToken.Register(() => session.Cancel(request.InvocationId));
        await using var timingOut = timeout.Token.Register(() => session.Cancel(request.InvocationId));
        if (await EndsInTimeAsync(answer, timeout.Token)) return InvocationResult.From(await answer, running.Lines);
        await EndAsync(answer, session);
        return InvocationResult.Failed($"The invocation did not end within {functionTimeout} (functionTimeout in host.json).", running.Lines);
    }

    private static async Task<bool> EndsInTimeAsync(Task answer, CancellationToken timeout)
    {
        await answer.WaitAsync(timeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return answer.IsCompleted;
    }

    private async Task EndAsync(Task<InvocationResponse> answer, WorkerSession session)
    {
        using var enough = new CancellationTokenSource();
        await Task.WhenAny(answer, Task.Delay(TimeoutGrace, timeProvider, enough.Token));
        await enough.CancelAsync();
        // The answer fails when the worker is gone: the next attempt waits for the next worker.
        if (answer.IsCompleted || Worker!.Recycle(session)) await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
